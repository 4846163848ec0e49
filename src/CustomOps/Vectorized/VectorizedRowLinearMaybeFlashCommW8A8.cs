using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="RowLinearMaybeFlashCommW8A8"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedRowLinearMaybeFlashCommW8A8
{
    /// <summary>See <see cref="RowLinearMaybeFlashCommW8A8"/>.</summary>
    [Implementation(typeof(RowLinearMaybeFlashCommW8A8), "vectorized")]
    public static Tensor Run(
        Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias,
        double input_scale, long input_zero_point,
        long tp_size, bool reduce_results, long threshold, bool enabled, string group, DType? out_dtype) =>
        RowLinearMaybeFlashCommW8A8.Run(VectorizedProducts.Instance, x, weight, weight_scale, bias, input_scale, input_zero_point, tp_size, reduce_results, threshold, enabled, group, out_dtype);
}
