namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Attention as decomposition writes it, with the logarithm of each row's softmax denominator. See <see cref="Attention"/>.
/// </summary>
[CustomOp("aten::_scaled_dot_product_flash_attention_for_cpu(Tensor query, Tensor key, Tensor value, float dropout_p=0.0, bool is_causal=False, *, Tensor? attn_mask=None, float? scale=None) -> (Tensor output, Tensor logsumexp)")]
public static partial class ScaledDotProductFlashAttentionForCpu
{
    /// <summary>[B, H, L, E], and [B, H, L] in float32, or float64 where the query is.</summary>
    public static (TensorType Output, TensorType LogSumExp) Fake(
        TensorType query, TensorType key, TensorType value, double dropout_p, bool is_causal, TensorType? attn_mask, double? scale)
    {
        Operands.RequireRank(query, 4, "query");
        Operands.RequireRank(key, 4, "key");
        Operands.RequireRank(value, 4, "value");
        Require(key.Shape[0] == query.Shape[0], "the batch sizes of key and query differ");
        Require(value.Shape[0] == query.Shape[0], "the batch sizes of value and query differ");
        Require(value.Shape[3] == query.Shape[3], "the head sizes of value and query differ");
        var output = AttentionShapes.Check(query, key, value, attn_mask, dropout_p, is_causal, grouped: true);
        return (output, new(Widened.Of(query.DType), Shape.Create(output.Shape.AsSpan()[..3])));
    }

    /// <summary>The attended values, and ln Σ exp(logit) of each row.</summary>
    [Kernel(Backend.Reference)]
    public static (Tensor Output, Tensor LogSumExp) Real(
        Tensor query, Tensor key, Tensor value, double dropout_p, bool is_causal, Tensor? attn_mask, double? scale) =>
        Run(Attention.Run, query, key, value, is_causal, attn_mask, scale);

    internal static (Tensor Output, Tensor LogSumExp) Run(
        AttentionFunction attention, Tensor query, Tensor key, Tensor value, bool causal, Tensor? mask, double? scale)
    {
        var logSumExp = Tensor.Empty(Widened.Of(query.DType), query.Sizes[..3]);
        var numbers = new double[logSumExp.Elements];
        var output = attention(query, key, value, mask, causal, scale, grouped: true, numbers);
        Statistics.Store(numbers, logSumExp);
        return (output, logSumExp);
    }

    /// <summary>Batch and heads can be cut, never the sequences.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => AttentionShapes.SplitAxis(query);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Floating();
        bool causal = s.Next(0, 2) == 0;
        int keyHeads = s.Next(1, 2), queryHeads = keyHeads * s.Next(1, 3);
        Dim batch = s.Size(), rows = s.Size(), keys = s.Size(), headSize = s.Size(1);
        var mask = causal || s.Coin() ? null : s.Tensor(s.Pick(DType.Bool, dtype), s.Repeatable([batch, queryHeads, rows, keys]));
        return s.Call(
            s.Tensor(dtype, [batch, queryHeads, rows, headSize]),
            s.Tensor(dtype, [batch, keyHeads, keys, headSize]),
            s.Tensor(dtype, [batch, keyHeads, keys, headSize]),
            0.0,
            causal,
            mask,
            s.Coin() ? 0.3 : null);
    }
}
