namespace Evergraph.CustomOps;

/// <summary>
/// A row-parallel linear layer with token-sharded output: row-shard r of <c>pad(Σ x_r·w_rᵀ + b)</c>. Above the threshold each
/// rank's rows travel while the next are multiplied; below it the product comes first, then a reduce-scatter. See
/// <see cref="RowLinear"/>.
/// </summary>
/// <remarks>
/// x [..., n, K/tp] with the token axis last but one, weight [N, K/tp], bias [N] the same on every rank: the result is
/// [..., ceil(n/tp_size), N] with padding rows 0, or without reduce_results the partial [..., n, N], with the bias on rank 0;
/// the threshold compares with the tokens of all batches.
/// x is int8, or floating-point and then quantised here. See <see cref="QuantizedProduct"/> for the formula.
/// </remarks>
[CustomOp(
    "evergraph::row_linear_maybe_flashcomm_w8a8(Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, "
    + "float input_scale, int input_zero_point, int tp_size, bool reduce_results=True, int threshold=1000, bool enabled=True, str group=\"tp\", ScalarType? out_dtype=None) -> Tensor",
    Traits = OperatorTraits.Collective | OperatorTraits.MaybeOverlap)]
public static partial class RowLinearMaybeFlashCommW8A8
{
    public static TensorType Fake(
        TensorType x, TensorType weight, TensorType weight_scale, TensorType? bias,
        double input_scale, long input_zero_point,
        long tp_size, bool reduce_results, long threshold, bool enabled, string group, DType? out_dtype) =>
        FlashCommShapes.Row(
            FlashCommShapes.CheckQuantized(x, weight, weight_scale, bias, input_scale, input_zero_point, out_dtype),
            x, weight, tp_size, reduce_results, threshold);

    [Kernel(Backend.Reference)]
    public static Tensor Real(
        Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias,
        double input_scale, long input_zero_point,
        long tp_size, bool reduce_results, long threshold, bool enabled, string group, DType? out_dtype) =>
        Run(PlainProducts.Instance, x, weight, weight_scale, bias, input_scale, input_zero_point, tp_size, reduce_results, threshold, enabled, group, out_dtype);

    internal static Tensor Run(
        MatrixProducts products,
        Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias,
        double input_scale, long input_zero_point,
        long tp_size, bool reduce_results, long threshold, bool enabled, string group, DType? out_dtype)
    {
        var call = new FlashCommCall("evergraph::row_linear_maybe_flashcomm_w8a8", tp_size, threshold, enabled, group);
        var product = new QuantizedProduct(products, weight, weight_scale, input_scale, input_zero_point, FlashCommShapes.ResultType(x.DType, out_dtype));
        return RowLinear.Run(call, product, Quantization.Quantize(x, input_scale, input_zero_point), bias, reduce_results);
    }

    public static OperatorSample Sample(SampleBuilder s) => FlashCommSamples.Row(s, quantized: true);
}
