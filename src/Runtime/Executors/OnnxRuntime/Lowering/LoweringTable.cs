using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>The lowerings, by operator. An operator without one runs as C# code inside the session.</summary>
internal sealed class LoweringTable
{
    private readonly Dictionary<string, LoweringFunction> _functions = new(StringComparer.Ordinal);

    private LoweringTable()
    {
        ElementwiseLowerings.Register(this);
        DivisionLowerings.Register(this);
        ActivationLowerings.Register(this);
        ComparisonLowerings.Register(this);
        CastLowerings.Register(this);
        CreationLowerings.Register(this);
        ViewLowerings.Register(this);
        PartLowerings.Register(this);
        PaddingLowerings.Register(this);
        ReductionLowerings.Register(this);
        DifferenceLowerings.Register(this);
        LinearAlgebraLowerings.Register(this);
        NormalizationLowerings.Register(this);
        AttentionLowerings.Register(this);
        IndexingLowerings.Register(this);
        ConvolutionLowerings.Register(this);
        PoolingLowerings.Register(this);
        FusedLowerings.Register(this);
        QuantizedLowerings.Register(this);
    }

    private LoweringTable(params ReadOnlySpan<(string Operator, LoweringFunction Function)> functions)
    {
        foreach (var (name, function) in functions)
            Add(name, function);
    }

    /// <summary>A table of these alone; of none, every operator runs as C# code.</summary>
    public static LoweringTable Of(params ReadOnlySpan<(string Operator, LoweringFunction Function)> functions) => new(functions);

    /// <summary>All of them.</summary>
    public static LoweringTable Default { get; } = new();

    /// <summary>The operators that have one.</summary>
    public IReadOnlyCollection<string> Operators => _functions.Keys;

    /// <summary>Adds a lowering.</summary>
    /// <param name="operatorName">The operator's full name.</param>
    /// <param name="function">Writes a node of it.</param>
    public void Add(string operatorName, LoweringFunction function) => _functions.Add(operatorName, function);

    /// <summary>The lowering of an operator, or null.</summary>
    public LoweringFunction? Find(OperatorDefinition definition) => _functions.GetValueOrDefault(definition.Name);
}
