namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>The lowerings, by operator. An operator without one runs as C# code inside the session.</summary>
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
}
