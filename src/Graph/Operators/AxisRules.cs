namespace Evergraph.Graph;

/// <summary>The axis rules that follow from traits.</summary>
public static class AxisRules
{
    /// <summary>The rule of a trait, or null where no trait gives one.</summary>
    public static AxisRule? FromTraits(OperatorTraits traits) =>
        traits.HasFlag(OperatorTraits.Elementwise) ? Elementwise
        : traits.HasFlag(OperatorTraits.Rowwise) ? Rowwise
        : null;

    /// <summary>
    /// Elementwise with broadcasting, aligned from the right: an operand that has the whole axis must be cut too; one that
    /// has size 1 there, or no such axis, stays whole. An axis of size 1 has no parts: it may be repeated in each.
    /// </summary>
    public static AxisSplit? Elementwise(AxisQuery query)
    {
        if (query.Whole.Equals(1))
            return null;
        int rank = query.OutputTypes[0].Rank;
        int fromEnd = query.Type.Rank - query.Axis;
        var axes = new int[query.OperandTypes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            var shape = query.OperandTypes[i].Shape;
            int axis = shape.Rank - fromEnd;
            if (axis < 0 || shape[axis].Equals(1))
                axes[i] = AxisSplit.Whole;
            else if (shape[axis].Equals(query.Whole))
                axes[i] = axis;
            else
                return null;
        }

        return new(EquatableArray<int>.Own(axes), rank - fromEnd, query.Arguments);
    }

    /// <summary>
    /// Row by row: the first operand may be cut along any axis but its last, and so may operands with the same leading
    /// sizes (a residual); weights, of lower rank, stay whole.
    /// </summary>
    public static AxisSplit? Rowwise(AxisQuery query)
    {
        var rows = query.OperandTypes[0].Shape;
        if (query.Axis >= query.Type.Rank - 1 || query.Type.Rank != rows.Rank)
            return null;
        var axes = new int[query.OperandTypes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            var shape = query.OperandTypes[i].Shape;
            bool carriesRows = i == 0 || (shape.Rank == rows.Rank && shape[query.Axis].Equals(query.Whole));
            axes[i] = carriesRows ? query.Axis : AxisSplit.Whole;
        }

        return axes[query.Operand] == query.Axis ? new(EquatableArray<int>.Own(axes), query.Axis, query.Arguments) : null;
    }
}
