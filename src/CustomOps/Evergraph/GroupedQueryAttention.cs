using Evergraph.CustomOps.Aten;

namespace Evergraph.CustomOps;

/// <summary>
/// Attention of decoders (Ainslie et al. 2023): softmax(scale · q·kᵀ) · v for each head, tokens outermost. Consecutive query
/// heads share a head of keys and values: head h takes h // (heads / kv_heads).
/// </summary>
/// <remarks>
/// q is [batch, n, heads, E], k [batch, m, kv_heads, E], v [batch, m, kv_heads, V], as projections give them, so that nothing
/// is transposed. A causal query i sees the keys j ≤ i. Without keys the result is 0.
/// </remarks>
[CustomOp("evergraph::grouped_query_attention(Tensor q, Tensor k, Tensor v, float? scale=None, bool is_causal=False) -> Tensor")]
public static partial class GroupedQueryAttention
{
    /// <summary>[batch, n, heads, V]. Heads are a multiple of kv_heads; causal attention has as many keys as queries.</summary>
    public static TensorType Fake(TensorType q, TensorType k, TensorType v, double? scale, bool is_causal)
    {
        Operands.RequireRank(q, 4, "q");
        Operands.RequireRank(k, 4, "k");
        Operands.RequireRank(v, 4, "v");
        Operands.RequireFloating(q, "q");
        Operands.RequireSameDType(q, k, "k");
        Operands.RequireSameDType(q, v, "v");
        Require(k.Shape[0] == q.Shape[0], "the batch sizes of k and q differ");
        Require(v.Shape[0] == q.Shape[0], "the batch sizes of v and q differ");
        Require(v.Shape[1] == k.Shape[1], "the lengths of v and k differ");
        Require(v.Shape[2] == k.Shape[2], "the numbers of heads of v and k differ");
        Require(k.Shape[3] == q.Shape[3], "the head sizes of k and q differ");
        Require(k.Shape[2] >= 1, "k has no heads");
        Require(q.Shape[2] % k.Shape[2] == 0, "q's heads are not a multiple of k's: the remainder");
        if (is_causal)
            Require(k.Shape[1] == q.Shape[1], "causal attention is of a sequence to itself: the lengths of k and q differ");
        return new(q.DType, q.Shape.With(3, v.Shape[3]));
    }

    /// <summary>The attended values, computed in float64 and rounded once.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor q, Tensor k, Tensor v, double? scale, bool is_causal) =>
        Turned(Attention.Run(Turned(q), Turned(k), Turned(v), null, is_causal, scale, grouped: true));

    /// <summary>
    /// The batch can be cut, and the heads of q, k and v together; the sequences and the features cannot.
    /// </summary>
    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        const int Batch = 0, Heads = 2;
        if (query.Axis is not (Batch or Heads))
            return null;
        foreach (var type in query.OperandTypes)
        {
            var own = type.Shape[query.Axis];
            if (!own.Equals(query.Whole) && !AxisParts.CutAlike(query.Whole, query.Part, own))
                return null;
        }

        return new([query.Axis, query.Axis, query.Axis], query.Axis, query.Arguments);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Floating();
        int keyHeads = s.Next(1, 3), heads = keyHeads * s.Next(0, 3);
        bool causal = s.Coin();
        Dim batch = s.Size(max: 2), rows = s.Size(), keys = causal ? rows : s.Size();

        // Libraries have kernels for multiples of 8 only.
        var (headSize, valueSize) = s.Coin() ? (8, 8) : (s.Size(1), s.Size());
        return s.Call(
            s.Tensor(dtype, [batch, rows, heads, headSize]),
            s.Tensor(dtype, [batch, keys, keyHeads, headSize]),
            s.Tensor(dtype, [batch, keys, keyHeads, valueSize]),
            s.Coin() ? 0.3 : null,
            causal);
    }

    // [batch, tokens, heads, features] to [batch, heads, tokens, features], and back.
    private static Tensor Turned(Tensor tensor) => TransposeInt.Real(tensor, 1, 2);
}
