namespace Evergraph.CustomOps.Aten;

/// <summary>
/// softmax(scale · query·keyᵀ + mask) · value for each head. Rows that see no key are 0. See <see cref="Attention"/>.
/// </summary>
[CustomOp("aten::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor")]
public static partial class ScaledDotProductAttention
{
    /// <summary>[batch..., L, V], where query is [batch..., L, E], key [batch..., S, E] and value [batch..., S, V].</summary>
    public static TensorType Fake(
        TensorType query,
        TensorType key,
        TensorType value,
        TensorType? attn_mask,
        double dropout_p,
        bool is_causal,
        double? scale,
        bool enable_gqa) => AttentionShapes.Check(query, key, value, attn_mask, dropout_p, is_causal, enable_gqa);

    /// <summary>The attended values.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(
        Tensor query, Tensor key, Tensor value, Tensor? attn_mask, double dropout_p, bool is_causal, double? scale, bool enable_gqa) =>
        Attention.Run(query, key, value, attn_mask, is_causal, scale, enable_gqa);

    /// <summary>Batch and head axes can be cut, never the sequences.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => AttentionShapes.SplitAxis(query);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Floating();
        bool grouped = s.Coin(), causal = s.Next(0, 2) == 0;
        var batch = s.Sizes(s.Next(0, 1), max: 2);
        int keyHeads = s.Next(1, 2), queryHeads = grouped ? keyHeads * s.Next(1, 3) : keyHeads;
        Dim rows = s.Size(), keys = s.Size(), headSize = s.Size(1);
        Shape logits = [.. batch, queryHeads, rows, keys];
        var mask = causal || s.Coin() ? null : s.Tensor(s.Pick(DType.Bool, dtype), s.Repeatable(logits));
        return s.Call(
            s.Tensor(dtype, [.. batch, queryHeads, rows, headSize]),
            s.Tensor(dtype, [.. batch, keyHeads, keys, headSize]),
            s.Tensor(dtype, [.. batch, keyHeads, keys, s.Size()]),
            mask,
            0.0,
            causal,
            s.Coin() ? 0.3 : null,
            grouped);
    }
}
