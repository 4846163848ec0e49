using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="ColumnLinearMaybeFlashCommFp"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedColumnLinearMaybeFlashCommFp
{
    /// <summary>See <see cref="ColumnLinearMaybeFlashCommFp"/>.</summary>
    [Implementation(typeof(ColumnLinearMaybeFlashCommFp), "vectorized")]
    public static Tensor Run(
        Tensor x, Tensor weight, Tensor? bias,
        long num_tokens, long tp_size, bool gather_output, long threshold, bool enabled, string group) =>
        ColumnLinearMaybeFlashCommFp.Run(VectorizedProducts.Instance, x, weight, bias, num_tokens, tp_size, gather_output, threshold, enabled, group);
}
