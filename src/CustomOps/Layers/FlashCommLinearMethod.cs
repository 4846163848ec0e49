namespace Evergraph.CustomOps.Layers;

/// <summary>Floating-point products that overlap with communication above a threshold. The layer must be split.</summary>
/// <param name="options">The strongest source of threshold and switch; what it leaves open, the layer's own say.</param>
public sealed class FlashCommLinearMethod(FlashCommOptions options) : ILinearMethod
{
    /// <inheritdoc/>
    public string Name => "flashcomm";

    /// <inheritdoc/>
    public bool ShardsTokens => true;

    /// <inheritdoc/>
    public Tensor Apply(Linear layer, Tensor x) => UnquantizedLinearMethod.Instance.Apply(layer, x);

    /// <inheritdoc/>
    public Tensor Apply(ColumnParallelLinear layer, Tensor x)
    {
        var settings = FlashCommOptions.Resolve(options, layer.FlashComm);
        return ColumnLinearMaybeFlashCommFp.Invoke(
            x, layer.Weight.Value, layer.Bias?.Value, ForwardContext.NumTokens, layer.TensorParallel, layer.GatherOutput, settings.Threshold, settings.Enabled);
    }

    /// <inheritdoc/>
    public Tensor Apply(RowParallelLinear layer, Tensor x)
    {
        var settings = FlashCommOptions.Resolve(options, layer.FlashComm);
        return RowLinearMaybeFlashCommFp.Invoke(
            x, layer.Weight.Value, layer.Bias?.Value, layer.TensorParallel, layer.ReduceResults, settings.Threshold, settings.Enabled);
    }
}
