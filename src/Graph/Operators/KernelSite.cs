namespace Evergraph.Graph;

/// <summary>
/// A place from which an operator is called: model code, a layer's method, a node. It finds the implementation to run and
/// remembers it for the next call.
/// </summary>
/// <remarks>
/// What chooses between implementations lives a room above this one and is installed from there. Until then a call runs
/// the first kernel declared with the operator.
/// </remarks>
public abstract class KernelSite
{
    private static Func<OperatorDefinition, KernelSite>? s_create;

    /// <summary>A place that calls an operator.</summary>
    protected KernelSite(OperatorDefinition definition) => Operator = definition;

    /// <summary>The operator that is called.</summary>
    public OperatorDefinition Operator { get; }

    /// <summary>Sets what makes the sites of eager calls; of several the first stays.</summary>
    public static void Install(Func<OperatorDefinition, KernelSite> create) => Interlocked.CompareExchange(ref s_create, create, null);

    /// <summary>Runs the operator.</summary>
    /// <param name="layer">The layer whose method this is, or null for a plain call.</param>
    /// <param name="arguments">One for each parameter of the schema.</param>
    /// <param name="dtypes">The element types of all tensors among the arguments.</param>
    /// <param name="results">Filled, a list flattened.</param>
    /// <exception cref="EvergraphException">There is no implementation that can run here.</exception>
    public abstract void Call(object? layer, ReadOnlySpan<KernelArgument> arguments, DTypeSet dtypes, Span<Tensor> results);

    /// <summary>A site of eager calls, or null where nothing is installed.</summary>
    internal static KernelSite? Create(OperatorDefinition definition) => Volatile.Read(ref s_create)?.Invoke(definition);

    /// <summary>Runs the first declared kernel, where nothing is installed that could choose.</summary>
    internal static void CallDeclared(OperatorDefinition definition, ReadOnlySpan<KernelArgument> arguments, Span<Tensor> results)
    {
        if (definition.Kernels.Length == 0)
            throw new EvergraphException($"{definition.Name} has no implementation: add a method with [Kernel(Backend.Reference)] to its class");
        definition.Kernels[0].Function(arguments, results);
    }
}
