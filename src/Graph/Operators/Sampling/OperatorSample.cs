namespace Evergraph.Graph;

/// <summary>
/// One legal call of an operator with symbolic sizes and the numbers they stand for, so that the fake can be run on the
/// symbols, the kernel on the numbers, and the two compared.
/// </summary>
/// <param name="Arguments">Leading arguments; the rest take their defaults.</param>
/// <param name="Types">The symbolic type of each tensor operand, by value id.</param>
/// <param name="TensorsOnRank">For each rank the tensor operands, by value id.</param>
/// <param name="Sizes">The number that each symbol stands for.</param>
public sealed record OperatorSample(
    EquatableArray<Argument> Arguments,
    EquatableArray<TensorType> Types,
    EquatableArray<EquatableArray<Tensor>> TensorsOnRank,
    IReadOnlyDictionary<Symbol, long> Sizes)
{
    /// <summary>How many ranks take part; 1 for an operator that does not communicate.</summary>
    public int Ranks => TensorsOnRank.Length;

    /// <summary>The number that a symbol stands for.</summary>
    public long ValueOf(Symbol symbol) => Sizes[symbol];
}
