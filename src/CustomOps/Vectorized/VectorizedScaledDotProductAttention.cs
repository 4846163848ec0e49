using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="ScaledDotProductAttention"/> with <see cref="VectorizedAttention"/>.</summary>
public static class VectorizedScaledDotProductAttention
{
    /// <summary>See <see cref="ScaledDotProductAttention"/>.</summary>
    [Implementation(typeof(ScaledDotProductAttention), "vectorized")]
    public static Tensor Run(
        Tensor query, Tensor key, Tensor value, Tensor? attn_mask, double dropout_p, bool is_causal, double? scale, bool enable_gqa) =>
        VectorizedAttention.Run(query, key, value, attn_mask, is_causal, scale, enable_gqa);
}
