namespace Evergraph.CustomOps;

/// <summary>
/// Rotary position embedding (Su et al. 2021): each pair (a, b) of a head's features is turned by an angle that depends on
/// the token's position and the pair, to (a·cos − b·sin, b·cos + a·sin).
/// </summary>
/// <remarks>
/// With h = the columns of cos, pair i is features (i, i + h), as in Llama and Qwen ("rotate half"), or (2i, 2i + 1) where
/// interleaved, as in GPT-J. Features from 2h on are left as they are.
/// </remarks>
[CustomOp("evergraph::rotary_embedding(Tensor q, Tensor k, Tensor cos, Tensor sin, Tensor? position_ids=None, bool interleaved=False) -> (Tensor, Tensor)")]
public static partial class RotaryEmbedding
{
    /// <summary>
    /// As q [..., tokens, heads, head size] and k, which can have another number of heads; cos and sin are [positions, h], and
    /// position_ids, broadcast to [..., tokens], says which row a token takes: without it, token i takes row i.
    /// </summary>
    public static (TensorType Q, TensorType K) Fake(
        TensorType q, TensorType k, TensorType cos, TensorType sin, TensorType? position_ids, bool interleaved)
    {
        RotaryShapes.Check(q, cos, sin, position_ids, "q");
        Operands.RequireSameDType(q, k, "k");
        Operands.RequireRank(k, q.Rank, "k");
        for (int i = 0; i < q.Rank; i++)
        {
            if (i != q.Rank - 2)
                Require(k.Shape[i] == q.Shape[i], $"k has another size than q at dimension {i}");
        }

        return (q, k);
    }

    /// <summary>The rotated q and k; the 16-bit types are rounded once.</summary>
    /// <exception cref="EvergraphException">A position is not a row of cos.</exception>
    [Kernel(Backend.Reference)]
    public static (Tensor Q, Tensor K) Real(Tensor q, Tensor k, Tensor cos, Tensor sin, Tensor? position_ids, bool interleaved)
    {
        long[] positions = RotaryRotation.Positions(q.Sizes[..^2], cos.Sizes[0], position_ids);
        return (RotaryRotation.Run(q, cos, sin, positions, interleaved), RotaryRotation.Run(k, cos, sin, positions, interleaved));
    }

    /// <summary>
    /// Every axis but the features can be cut, on q and k together; on the tokens' axis position_ids is cut too or, without
    /// it, cos and sin where they have a row for each token and no more.
    /// </summary>
    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        if (query.Operand > 1 || query.Axis == query.OutputTypes[0].Rank - 1)
            return null;
        Dim own = query.Whole, other = query.OperandTypes[1 - query.Operand].Shape[query.Axis];
        return other.Equals(own) || AxisParts.CutAlike(own, query.Part, other) ? RotaryShapes.Split(query, turned: 2) : null;
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Floating();
        var leading = s.Sizes(s.Next(0, 1));
        Dim tokens = s.Size(), angles = s.Size(0, 3), headSize = (2 * angles) + s.Pick<Dim>(0, 1), extra = s.Size(0, 2);
        var angleType = dtype.Size() == 2 && s.Coin() ? DType.Float32 : dtype;
        bool numbered = s.Coin();
        // With position_ids there is at least one position to name.
        Dim positions = numbered ? extra + 1 : tokens + extra;
        var ids = numbered
            ? s.Indices(s.Repeatable([.. leading, tokens]), positions, dtype: s.Pick(DType.Int64, DType.Int32))
            : null;
        return s.Call(
            s.Tensor(dtype, [.. leading, tokens, s.Size(), headSize]),
            s.Tensor(dtype, [.. leading, tokens, s.Size(), headSize]),
            s.Tensor(angleType, [positions, angles]),
            s.Tensor(angleType, [positions, angles]),
            ids,
            s.Coin());
    }
}
