namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// What implementations keep of a call's constant operands between calls, such as a packed weight. An executor gives each node one, as the
/// <c>layer</c> of its calls, where operands are the model's own and are never written. Thread-safe.
/// </summary>
/// <param name="constants">For each parameter of the operator's schema whether the node's argument is constant.</param>
public sealed class PreparedOperands(bool[] constants)
{
    private readonly Lock _gate = new();
    private object? _prepared;

    /// <summary>Whether an operand is constant.</summary>
    /// <param name="parameter">The place of the operand in the schema.</param>
    public bool IsConstant(int parameter) => constants[parameter];

    /// <summary>What was prepared from an operand, or null where that is not constant; prepared at the first call.</summary>
    /// <param name="parameter">The place of the operand in the schema.</param>
    /// <param name="operand">The operand.</param>
    /// <param name="prepare">Prepares it; one implementation prepares one thing.</param>
    public T? GetOrPrepare<T>(int parameter, Tensor operand, Func<Tensor, T> prepare)
        where T : class
    {
        if (Volatile.Read(ref _prepared) is T known)
            return known;
        if (!constants[parameter])
            return null;
        lock (_gate)
        {
            if (_prepared is T prepared)
                return prepared;
            var made = prepare(operand);
            Volatile.Write(ref _prepared, made);
            return made;
        }
    }
}
