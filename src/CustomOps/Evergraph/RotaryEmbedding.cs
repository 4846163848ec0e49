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
        Require(q.Rank >= 3, $"q must have tokens, heads and features: expected rank 3 or more, given {q}");
        Operands.RequireFloating(q, "q");
        Operands.RequireSameDType(q, k, "k");
        Operands.RequireRank(k, q.Rank, "k");
        for (int i = 0; i < q.Rank; i++)
        {
            if (i != q.Rank - 2)
                Require(k.Shape[i] == q.Shape[i], $"k has another size than q at dimension {i}");
        }

        Operands.RequireRank(cos, 2, "cos");
        Operands.RequireRank(sin, 2, "sin");
        Operands.RequireSameDType(cos, sin, "sin");
        Require(
            cos.DType == q.DType || (cos.DType == DType.Float32 && q.DType.Size() == 2),
            $"cos has another element type than q: expected {q.DType.Name()}{(q.DType.Size() == 2 ? " or float32" : "")}, given {cos.DType.Name()}");
        Require(sin.Shape[0] == cos.Shape[0], "sin has another number of positions than cos");
        Require(sin.Shape[1] == cos.Shape[1], "sin has another number of angles than cos");
        Require(2 * cos.Shape[1] <= q.Shape[^1], "a head has fewer features than two for each angle: rotated features");
        if (position_ids is null)
        {
            Require(q.Shape[^3] <= cos.Shape[0], "there are more tokens than positions: tokens");
        }
        else
        {
            Require(
                position_ids.DType is DType.Int64 or DType.Int32,
                $"position_ids must be integers: expected int64 or int32, given {position_ids.DType.Name()}");
            Broadcast.RequireExpandable(position_ids.Shape, Shape.Create(q.Shape.AsSpan()[..^2]));
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
        const int Cos = 2, Sin = 3, PositionIds = 4;
        int rank = query.OutputTypes[0].Rank, axis = query.Operand <= 1 ? query.Axis : -1;
        if (axis < 0 || axis == rank - 1)
            return null;
        Dim own = query.Whole, other = query.OperandTypes[1 - query.Operand].Shape[axis];
        if (!other.Equals(own) && !AxisParts.CutAlike(own, query.Part, other))
            return null;
        var axes = new int[query.OperandTypes.Length];
        Array.Fill(axes, AxisSplit.Whole);
        (axes[0], axes[1]) = (axis, axis);
        bool hasPositions = axes.Length > PositionIds;
        if (hasPositions)
        {
            var shape = query.OperandTypes[PositionIds].Shape;
            int positionAxis = axis - (rank - 2 - shape.Rank);
            if (axis < rank - 2 && positionAxis >= 0 && !shape[positionAxis].Equals(1))
                axes[PositionIds] = positionAxis;
        }
        else if (axis == rank - 3)
        {
            if (!query.OperandTypes[Cos].Shape[0].Equals(own))
                return null;
            (axes[Cos], axes[Sin]) = (0, 0);
        }

        return new(EquatableArray<int>.Own(axes), axis, query.Arguments);
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
