using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="RowLinearMaybeFlashCommFp"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedRowLinearMaybeFlashCommFp
{
    /// <summary>See <see cref="RowLinearMaybeFlashCommFp"/>.</summary>
    [Implementation(typeof(RowLinearMaybeFlashCommFp), "vectorized")]
    public static Tensor Run(
        Tensor x, Tensor weight, Tensor? bias, long tp_size, bool reduce_results, long threshold, bool enabled, string group) =>
        RowLinearMaybeFlashCommFp.Run(VectorizedProducts.Instance, x, weight, bias, tp_size, reduce_results, threshold, enabled, group);
}
