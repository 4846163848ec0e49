using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>The lowerings, by operator. An operator without one runs as C# code on the host.</summary>
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
        IndexingLowerings.Register(this);
        FusedLowerings.Register(this);
        ReductionLowerings.Register(this);
        NormalizationLowerings.Register(this);
        ConvolutionLowerings.Register(this);
        PoolingLowerings.Register(this);
        LinearAlgebraLowerings.Register(this);
        QuantizedLowerings.Register(this);
        AttentionLowerings.Register(this);
        CollectiveLowerings.Register(this);
        FlashCommLowerings.Register(this);
    }

    /// <summary>All of them.</summary>
    public static LoweringTable Default { get; } = new();

    /// <summary>The operators that have one.</summary>
    public IReadOnlyCollection<string> Operators => _functions.Keys;

    /// <summary>Adds a lowering.</summary>
    /// <param name="operatorName">The operator's full name.</param>
    /// <param name="function">Lowers a node of it.</param>
    public void Add(string operatorName, LoweringFunction function) => _functions.Add(operatorName, function);

    /// <summary>The lowering of an operator, or null.</summary>
    public LoweringFunction? Find(OperatorDefinition definition) => _functions.GetValueOrDefault(definition.Name);
}
