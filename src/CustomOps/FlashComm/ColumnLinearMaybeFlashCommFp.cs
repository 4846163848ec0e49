namespace Evergraph.CustomOps;

/// <summary>
/// A column-parallel linear layer on token-sharded input: <c>unpad(gather(x))·wᵀ + b</c>. Above the threshold this rank's rows
/// are multiplied while the other ranks' arrive; below it the rows are gathered first. See <see cref="ColumnLinear"/>.
/// </summary>
/// <remarks>
/// x [..., ceil(num_tokens/tp_size), K] with the token axis last but one, weight [N/tp, K], bias [N/tp]: the result is
/// [..., num_tokens, N/tp], or [..., num_tokens, N] with gather_output. num_tokens is what one batch has, without padding;
/// the threshold compares with the tokens of all batches.
/// </remarks>
[CustomOp(
    "evergraph::column_linear_maybe_flashcomm_fp(Tensor x, Tensor weight, Tensor? bias, "
    + "SymInt num_tokens, int tp_size, bool gather_output=False, int threshold=1000, bool enabled=True, str group=\"tp\") -> Tensor",
    Traits = OperatorTraits.Collective | OperatorTraits.MaybeOverlap)]
public static partial class ColumnLinearMaybeFlashCommFp
{
    public static TensorType Fake(
        TensorType x, TensorType weight, TensorType? bias,
        Dim num_tokens, long tp_size, bool gather_output, long threshold, bool enabled, string group) =>
        FlashCommShapes.Column(
            FlashCommShapes.CheckFloating(x, weight, bias),
            x, weight, num_tokens, tp_size, gather_output, threshold);

    [Kernel(Backend.Reference)]
    public static Tensor Real(
        Tensor x, Tensor weight, Tensor? bias,
        long num_tokens, long tp_size, bool gather_output, long threshold, bool enabled, string group) =>
        Run(PlainProducts.Instance, x, weight, bias, num_tokens, tp_size, gather_output, threshold, enabled, group);

    internal static Tensor Run(
        MatrixProducts products,
        Tensor x, Tensor weight, Tensor? bias,
        long num_tokens, long tp_size, bool gather_output, long threshold, bool enabled, string group)
    {
        var call = new FlashCommCall("evergraph::column_linear_maybe_flashcomm_fp", tp_size, threshold, enabled, group);
        var product = new FloatingProduct(products, weight);
        return ColumnLinear.Run(call, product, x, bias, num_tokens, gather_output);
    }

    public static OperatorSample Sample(SampleBuilder s) => FlashCommSamples.Column(s, quantized: false);
}
