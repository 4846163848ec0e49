using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="ScaledDotProductFlashAttentionForCpu"/> with <see cref="VectorizedAttention"/>.</summary>
public static class VectorizedScaledDotProductFlashAttentionForCpu
{
    /// <summary>See <see cref="ScaledDotProductFlashAttentionForCpu"/>.</summary>
    [Implementation(typeof(ScaledDotProductFlashAttentionForCpu), "vectorized")]
    public static (Tensor Output, Tensor LogSumExp) Run(
        Tensor query, Tensor key, Tensor value, double dropout_p, bool is_causal, Tensor? attn_mask, double? scale) =>
        ScaledDotProductFlashAttentionForCpu.Run(VectorizedAttention.Run, query, key, value, is_causal, attn_mask, scale);
}
