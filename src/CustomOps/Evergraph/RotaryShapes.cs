namespace Evergraph.CustomOps;

/// <summary>What the fakes of rotary embeddings ask, and how they can be cut.</summary>
internal static class RotaryShapes
{
    /// <summary>Checks x [..., tokens, heads, head size], cos and sin [positions, angles], and position_ids.</summary>
    /// <exception cref="ShapeException">They are not legal.</exception>
    public static void Check(TensorType x, TensorType cos, TensorType sin, TensorType? positionIds, string name)
    {
        Require(x.Rank >= 3, $"{name} must have tokens, heads and features: expected rank 3 or more, given {x}");
        Operands.RequireFloating(x, name);
        Operands.RequireRank(cos, 2, "cos");
        Operands.RequireRank(sin, 2, "sin");
        Operands.RequireSameDType(cos, sin, "sin");
        Require(
            cos.DType == x.DType || (cos.DType == DType.Float32 && x.DType.Size() == 2),
            $"cos has another element type than {name}: expected {x.DType.Name()}{(x.DType.Size() == 2 ? " or float32" : "")}, given {cos.DType.Name()}");
        Require(sin.Shape[0] == cos.Shape[0], "sin has another number of positions than cos");
        Require(sin.Shape[1] == cos.Shape[1], "sin has another number of angles than cos");
        Require(2 * cos.Shape[1] <= x.Shape[^1], "a head has fewer features than two for each angle: rotated features");
        if (positionIds is null)
        {
            Require(x.Shape[^3] <= cos.Shape[0], "there are more tokens than positions: tokens");
            return;
        }

        Require(
            positionIds.DType is DType.Int64 or DType.Int32,
            $"position_ids must be integers: expected int64 or int32, given {positionIds.DType.Name()}");
        Broadcast.RequireExpandable(positionIds.Shape, Shape.Create(x.Shape.AsSpan()[..^2]));
    }

    /// <summary>
    /// Cuts what is turned, the first operands, along an axis that is not the features'; on the tokens' axis position_ids is cut
    /// too or, without it, cos and sin where they have a row for each token and no more.
    /// </summary>
    /// <param name="query">A question about one of the tensors that are turned.</param>
    /// <param name="turned">How many of the operands are turned; cos, sin and position_ids come after them.</param>
    public static AxisSplit? Split(AxisQuery query, int turned)
    {
        int rank = query.OutputTypes[0].Rank, axis = query.Axis, cos = turned, sin = turned + 1, positionIds = turned + 2;
        var axes = new int[query.OperandTypes.Length];
        Array.Fill(axes, AxisSplit.Whole);
        Array.Fill(axes, axis, 0, turned);
        if (axes.Length > positionIds)
        {
            var shape = query.OperandTypes[positionIds].Shape;
            int positionAxis = axis - (rank - 2 - shape.Rank);
            if (axis < rank - 2 && positionAxis >= 0 && !shape[positionAxis].Equals(1))
                axes[positionIds] = positionAxis;
        }
        else if (axis == rank - 3)
        {
            if (!query.OperandTypes[cos].Shape[0].Equals(query.Whole))
                return null;
            (axes[cos], axes[sin]) = (0, 0);
        }

        return new(EquatableArray<int>.Own(axes), axis, query.Arguments);
    }
}
