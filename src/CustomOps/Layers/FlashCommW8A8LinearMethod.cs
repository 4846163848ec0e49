namespace Evergraph.CustomOps.Layers;

/// <summary>Int8 products that overlap with communication above a threshold. The layer must be split.</summary>
/// <param name="quantized">The layer's scales, zero-point and result type.</param>
/// <param name="options">The strongest source of threshold and switch; what it leaves open, the layer's own say.</param>
public sealed class FlashCommW8A8LinearMethod(W8A8LinearMethod quantized, FlashCommOptions options) : ILinearMethod
{
    /// <summary>The layer's scales, zero-point and result type.</summary>
    public W8A8LinearMethod Quantized { get; } = quantized;

    /// <inheritdoc/>
    public string Name => "flashcomm w8a8";

    /// <inheritdoc/>
    public bool ShardsTokens => true;

    /// <inheritdoc/>
    public Tensor Apply(Linear layer, Tensor x) => Quantized.Apply(layer, x);

    /// <inheritdoc/>
    public Tensor Apply(ColumnParallelLinear layer, Tensor x)
    {
        var settings = FlashCommOptions.Resolve(options, layer.FlashComm);
        return ColumnLinearMaybeFlashCommW8A8.Invoke(
            x, layer.Weight.Value, Quantized.WeightScale.Value, layer.Bias?.Value, Quantized.InputScale, Quantized.InputZeroPoint,
            ForwardContext.NumTokens, layer.TensorParallel, layer.GatherOutput, settings.Threshold, settings.Enabled, out_dtype: Quantized.OutputType);
    }

    /// <inheritdoc/>
    public Tensor Apply(RowParallelLinear layer, Tensor x)
    {
        var settings = FlashCommOptions.Resolve(options, layer.FlashComm);
        return RowLinearMaybeFlashCommW8A8.Invoke(
            x, layer.Weight.Value, Quantized.WeightScale.Value, layer.Bias?.Value, Quantized.InputScale, Quantized.InputZeroPoint,
            layer.TensorParallel, layer.ReduceResults, settings.Threshold, settings.Enabled, out_dtype: Quantized.OutputType);
    }
}
