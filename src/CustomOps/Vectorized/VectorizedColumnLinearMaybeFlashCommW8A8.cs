using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="ColumnLinearMaybeFlashCommW8A8"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedColumnLinearMaybeFlashCommW8A8
{
    /// <summary>See <see cref="ColumnLinearMaybeFlashCommW8A8"/>.</summary>
    [Implementation(typeof(ColumnLinearMaybeFlashCommW8A8), "vectorized")]
    public static Tensor Run(
        Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias,
        double input_scale, long input_zero_point, long num_tokens,
        long tp_size, bool gather_output, long threshold, bool enabled, string group, DType? out_dtype) =>
        ColumnLinearMaybeFlashCommW8A8.Run(VectorizedProducts.Instance, x, weight, weight_scale, bias, input_scale, input_zero_point, num_tokens, tp_size, gather_output, threshold, enabled, group, out_dtype);
}
