namespace Evergraph.CustomOps.Layers;

/// <summary>
/// Int8 products: int8 weights with a scale for each output channel, activations quantised with one scale and zero-point.
/// A row-parallel layer then all-reduces, a column-parallel one gathers if it shall.
/// </summary>
public sealed class W8A8LinearMethod : ILinearMethod
{
    /// <summary>Creates the method of one layer.</summary>
    /// <param name="weightScale">
    /// [N], floating-point: cut along axis 0 like the weight on a column-parallel layer, whole on others.
    /// </param>
    /// <param name="inputScale">The scale of the activations, above 0.</param>
    /// <param name="inputZeroPoint">The int8 that stands for 0.</param>
    /// <param name="outputType">The type of the result, or null for the input's own (float32 where that is int8).</param>
    public W8A8LinearMethod(Parameter weightScale, double inputScale, int inputZeroPoint, DType? outputType = null)
    {
        WeightScale = weightScale;
        InputScale = inputScale;
        InputZeroPoint = inputZeroPoint;
        OutputType = outputType;
    }

    /// <summary>A scale for each output channel.</summary>
    public Parameter WeightScale { get; }

    /// <summary>The scale of the activations.</summary>
    public double InputScale { get; }

    /// <summary>The int8 that stands for 0.</summary>
    public int InputZeroPoint { get; }

    /// <summary>The type of the result, or null for the input's own.</summary>
    public DType? OutputType { get; }

    /// <inheritdoc/>
    public string Name => "w8a8";

    /// <inheritdoc/>
    public bool ShardsTokens => false;

    /// <inheritdoc/>
    public Tensor Apply(Linear layer, Tensor x) => Product(layer, x, layer.Bias?.Value);

    /// <inheritdoc/>
    public Tensor Apply(ColumnParallelLinear layer, Tensor x) => SplitLinear.GatherFeatures(layer, Product(layer, x, layer.Bias?.Value));

    /// <inheritdoc/>
    public Tensor Apply(RowParallelLinear layer, Tensor x)
    {
        if (layer.ReduceResults)
            return SplitLinear.Reduce(layer, Product(layer, x, null));
        return RowLinearMaybeFlashCommW8A8.Invoke(
            x, layer.Weight.Value, WeightScale.Value, layer.Bias?.Value, InputScale, InputZeroPoint, layer.TensorParallel,
            reduce_results: false, out_dtype: OutputType);
    }

    private Tensor Product(LinearLayer layer, Tensor x, Tensor? bias) =>
        LinearW8A8.Invoke(x, layer.Weight.Value, WeightScale.Value, bias, InputScale, InputZeroPoint, OutputType);
}
