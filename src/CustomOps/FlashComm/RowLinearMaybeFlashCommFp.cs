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
/// </remarks>
[CustomOp(
    "evergraph::row_linear_maybe_flashcomm_fp(Tensor x, Tensor weight, Tensor? bias, "
    + "int tp_size, bool reduce_results=True, int threshold=1000, bool enabled=True, str group=\"tp\") -> Tensor",
    Traits = OperatorTraits.Collective | OperatorTraits.MaybeOverlap)]
public static partial class RowLinearMaybeFlashCommFp
{
    public static TensorType Fake(
        TensorType x, TensorType weight, TensorType? bias, long tp_size, bool reduce_results, long threshold, bool enabled, string group) =>
        FlashCommShapes.Row(
            FlashCommShapes.CheckFloating(x, weight, bias),
            x, weight, tp_size, reduce_results, threshold);

    [Kernel(Backend.Reference)]
    public static Tensor Real(
        Tensor x, Tensor weight, Tensor? bias, long tp_size, bool reduce_results, long threshold, bool enabled, string group) =>
        Run(PlainProducts.Instance, x, weight, bias, tp_size, reduce_results, threshold, enabled, group);

    internal static Tensor Run(
        MatrixProducts products,
        Tensor x, Tensor weight, Tensor? bias, long tp_size, bool reduce_results, long threshold, bool enabled, string group)
    {
        var call = new FlashCommCall("evergraph::row_linear_maybe_flashcomm_fp", tp_size, threshold, enabled, group);
        var product = new FloatingProduct(products, weight);
        return RowLinear.Run(call, product, x, bias, reduce_results);
    }

    public static OperatorSample Sample(SampleBuilder s) => FlashCommSamples.Row(s, quantized: false);
}
