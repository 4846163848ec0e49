namespace Evergraph.CustomOps;

/// <summary>
/// A column-parallel linear layer on token-sharded input: <c>unpad(gather(x))·wᵀ + b</c>. Above the threshold this rank's rows
/// are multiplied while the other ranks' arrive; below it the rows are gathered first. See <see cref="ColumnLinear"/>.
/// </summary>
/// <remarks>
/// x [..., ceil(num_tokens/tp_size), K] with the token axis last but one, weight [N/tp, K], bias [N/tp]: the result is
/// [..., num_tokens, N/tp], or [..., num_tokens, N] with gather_output. num_tokens is what one batch has, without padding;
/// the threshold compares with the tokens of all batches.
/// x is int8, or floating-point and then quantised here. See <see cref="QuantizedProduct"/> for the formula.
/// </remarks>
[CustomOp(
    "evergraph::column_linear_maybe_flashcomm_w8a8(Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, "
    + "float input_scale, int input_zero_point, SymInt num_tokens, int tp_size, bool gather_output=False, int threshold=1000, bool enabled=True, str group=\"tp\", ScalarType? out_dtype=None) -> Tensor",
    Traits = OperatorTraits.Collective | OperatorTraits.MaybeOverlap)]
public static partial class ColumnLinearMaybeFlashCommW8A8
{
    public static TensorType Fake(
        TensorType x, TensorType weight, TensorType weight_scale, TensorType? bias,
        double input_scale, long input_zero_point, Dim num_tokens,
        long tp_size, bool gather_output, long threshold, bool enabled, string group, DType? out_dtype) =>
        FlashCommShapes.Column(
            FlashCommShapes.CheckQuantized(x, weight, weight_scale, bias, input_scale, input_zero_point, out_dtype),
            x, weight, num_tokens, tp_size, gather_output, threshold);

    [Kernel(Backend.Reference)]
    public static Tensor Real(
        Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias,
        double input_scale, long input_zero_point, long num_tokens,
        long tp_size, bool gather_output, long threshold, bool enabled, string group, DType? out_dtype) =>
        Run(PlainProducts.Instance, x, weight, weight_scale, bias, input_scale, input_zero_point, num_tokens, tp_size, gather_output, threshold, enabled, group, out_dtype);

    internal static Tensor Run(
        MatrixProducts products,
        Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias,
        double input_scale, long input_zero_point, long num_tokens,
        long tp_size, bool gather_output, long threshold, bool enabled, string group, DType? out_dtype)
    {
        var call = new FlashCommCall("evergraph::column_linear_maybe_flashcomm_w8a8", tp_size, threshold, enabled, group);
        var product = new QuantizedProduct(products, weight, weight_scale, input_scale, input_zero_point, FlashCommShapes.ResultType(x.DType, out_dtype));
        return ColumnLinear.Run(call, product, Quantization.Quantize(x, input_scale, input_zero_point), bias, num_tokens, gather_output);
    }

    public static OperatorSample Sample(SampleBuilder s) => FlashCommSamples.Column(s, quantized: true);
}
