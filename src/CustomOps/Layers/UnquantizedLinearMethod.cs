namespace Evergraph.CustomOps.Layers;

/// <summary>Floating-point products; a row-parallel layer then all-reduces, a column-parallel one gathers if it shall.</summary>
public sealed class UnquantizedLinearMethod : ILinearMethod
{
    private UnquantizedLinearMethod()
    {
    }

    /// <summary>The one instance: the method has no state.</summary>
    public static UnquantizedLinearMethod Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "unquantized";

    /// <inheritdoc/>
    public bool ShardsTokens => false;

    /// <inheritdoc/>
    public Tensor Apply(Linear layer, Tensor x) => Aten.Linear.Invoke(x, layer.Weight.Value, layer.Bias?.Value);

    /// <inheritdoc/>
    public Tensor Apply(ColumnParallelLinear layer, Tensor x) =>
        SplitLinear.GatherFeatures(layer, Aten.Linear.Invoke(x, layer.Weight.Value, layer.Bias?.Value));

    /// <inheritdoc/>
    public Tensor Apply(RowParallelLinear layer, Tensor x)
    {
        if (!layer.ReduceResults)
            return RowLinearMaybeFlashCommFp.Invoke(x, layer.Weight.Value, layer.Bias?.Value, layer.TensorParallel, reduce_results: false);
        return SplitLinear.Reduce(layer, Aten.Linear.Invoke(x, layer.Weight.Value));
    }
}
