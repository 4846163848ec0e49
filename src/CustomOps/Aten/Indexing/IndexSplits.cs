namespace Evergraph.CustomOps.Aten;

/// <summary>The axis rules of index and index_put.</summary>
internal static class IndexSplits
{
    /// <summary>
    /// The operand may be cut along an axis that is not indexed. An index tensor may be cut, where every other one is cut
    /// alike or has size 1 there: the result is cut along the same axis of B.
    /// </summary>
    public static AxisSplit? Index(AxisQuery query)
    {
        var indices = Types(query, query.OperandTypes.Length);
        if (indices is null)
            return null;
        var indexed = Indexing.Indexed(query.OperandTypes[0].Rank, indices);
        int broadcastRank = indices.Aggregate(0, (rank, index) => Math.Max(rank, index?.Rank ?? 0));
        var axes = new int[query.OperandTypes.Length];
        Array.Fill(axes, AxisSplit.Whole);
        if (query.Operand == 0)
        {
            axes[0] = query.Axis;
            return indexed[query.Axis]
                ? null
                : new(EquatableArray<int>.Own(axes), Indexing.ResultAxis(indexed, query.Axis, broadcastRank), query.Arguments);
        }

        int fromEnd = query.Type.Rank - query.Axis;
        for (int i = 1; i < axes.Length; i++)
        {
            var shape = query.OperandTypes[i].Shape;
            int axis = shape.Rank - fromEnd;
            if (axis < 0 || shape[axis].Equals(1))
                continue;
            if (!shape[axis].Equals(query.Whole))
                return null;
            axes[i] = axis;
        }

        return axes[query.Operand] == query.Axis
            ? new(EquatableArray<int>.Own(axes), Indexing.Layout(indexed).First + broadcastRank - fromEnd, query.Arguments)
            : null;
    }

    /// <summary>The operand may be cut along an axis that is not indexed; the values are cut alike or broadcast there.</summary>
    public static AxisSplit? IndexPut(AxisQuery query)
    {
        int last = query.OperandTypes.Length - 1;
        var indices = Types(query, last);
        if (indices is null || query.Operand != 0)
            return null;
        var indexed = Indexing.Indexed(query.Type.Rank, indices);
        if (indexed[query.Axis])
            return null;
        int broadcastRank = indices.Aggregate(0, (rank, index) => Math.Max(rank, index?.Rank ?? 0));
        int selectedRank = query.Type.Rank - indexed.AsSpan().Count(true) + broadcastRank;
        var values = query.OperandTypes[last].Shape;
        int axis = values.Rank - selectedRank + Indexing.ResultAxis(indexed, query.Axis, broadcastRank);
        bool broadcasts = axis < 0 || values[axis].Equals(1);
        if (!broadcasts && !values[axis].Equals(query.Whole))
            return null;
        var axes = new int[query.OperandTypes.Length];
        Array.Fill(axes, AxisSplit.Whole);
        axes[0] = query.Axis;
        axes[last] = broadcasts ? AxisSplit.Whole : axis;
        return new(EquatableArray<int>.Own(axes), query.Axis, query.Arguments);
    }

    // The index types by place in the list, or null where one is a mask: its number of places is known at run time only.
    private static TensorType?[]? Types(AxisQuery query, int end)
    {
        var items = ((TensorListArgument)query.Arguments[1]).Items;
        var types = new TensorType?[items.Length];
        int operand = 1;
        for (int i = 0; i < types.Length; i++)
            types[i] = items[i] is null ? null : query.OperandTypes[operand++];
        bool masked = types.Any(type => type is { DType: DType.Bool });
        return masked || operand != end ? null : types;
    }
}
