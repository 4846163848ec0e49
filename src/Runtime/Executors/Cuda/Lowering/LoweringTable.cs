namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>The lowerings, by operator. An operator without one runs as C# code on the host.</summary>
internal sealed class LoweringTable : OperatorTable<LoweringFunction>
{
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
}
