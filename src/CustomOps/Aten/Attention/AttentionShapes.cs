namespace Evergraph.CustomOps.Aten;

/// <summary>What the fakes of attention ask, and how attention can be cut.</summary>
internal static class AttentionShapes
{
    /// <summary>Checks query [batch..., L, E], key [batch..., S, E], value [batch..., S, V], and the mask.</summary>
    /// <returns>[batch..., L, V].</returns>
    /// <exception cref="ShapeException">They are not legal.</exception>
    public static TensorType Check(
        TensorType query, TensorType key, TensorType value, TensorType? mask, double dropout, bool causal, bool grouped)
    {
        int least = grouped ? 3 : 2;
        Require(
            query.Rank >= least && key.Rank >= least && value.Rank >= least,
            $"query, key and value need {least} dimensions or more: given {query}, {key}, {value}");
        Operands.RequireFloating(query, "query");
        Operands.RequireSameDType(query, key, "key");
        Operands.RequireSameDType(query, value, "value");
        Require(dropout == 0, $"dropout is for training: expected dropout_p 0, given {dropout}; export the model after eval()");
        Require(key.Shape[^1] == query.Shape[^1], "the head sizes of key and query differ");
        Require(value.Shape[^2] == key.Shape[^2], "the lengths of value and key differ");
        Shape keyBatch = Batch(key.Shape), valueBatch = Batch(value.Shape);
        if (grouped)
        {
            keyBatch = Grouped(query.Shape[^3], keyBatch, "key");
            valueBatch = Grouped(query.Shape[^3], valueBatch, "value");
        }

        var batch = Broadcast.Shapes(Batch(query.Shape), keyBatch, valueBatch);
        if (mask is not null)
        {
            Require(!causal, "is_causal and attn_mask exclude each other: expected one of them, given both");
            Require(
                mask.DType == DType.Bool || mask.DType == query.DType || mask.DType == DType.Float32,
                $"attn_mask has the wrong element type: expected bool, float32 or {query.DType.Name()}, given {mask.DType.Name()}");
            Broadcast.RequireExpandable(mask.Shape, [.. batch, query.Shape[^2], key.Shape[^2]]);
        }

        return new(query.DType, [.. batch, query.Shape[^2], value.Shape[^1]]);
    }

    /// <summary>
    /// Batch and head axes can be cut, on query, key and value together; an operand that has size 1 there stays whole, as
    /// does a mask without the axis. Grouped key and value heads are cut into as many parts as query heads are.
    /// </summary>
    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int rank = query.OutputTypes[0].Rank;
        int fromEnd = query.Type.Rank - query.Axis;
        if (fromEnd < 3)
            return null;
        var axes = new int[query.OperandTypes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            var shape = query.OperandTypes[i].Shape;
            int axis = shape.Rank - fromEnd;
            bool absent = axis < 0 || shape[axis].Equals(1);
            if (!absent && !shape[axis].Equals(query.Whole) && !AxisParts.CutAlike(query.Whole, query.Part, shape[axis]))
                return null;
            axes[i] = absent ? AxisSplit.Whole : axis;
        }

        return axes[query.Operand] == query.Axis ? new(EquatableArray<int>.Own(axes), rank - fromEnd, query.Arguments) : null;
    }

    /// <summary>The batch sizes of a tensor of matrices.</summary>
    public static Shape Batch(Shape shape) => Shape.Create(shape.AsSpan()[..^2]);

    private static Shape Grouped(Dim heads, Shape batch, string name)
    {
        var own = batch[^1];
        Require(own >= 1, $"{name} has no heads");
        Require(heads % own == 0, $"the query's heads are not a multiple of the {name}'s: the remainder");
        return batch.With(batch.Rank - 1, heads);
    }
}
