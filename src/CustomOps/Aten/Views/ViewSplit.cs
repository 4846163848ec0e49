namespace Evergraph.CustomOps.Aten;

/// <summary>Where the cut of an axis is found again after a reshape.</summary>
internal static class ViewSplit
{
    /// <summary>
    /// Cut along <paramref name="axis"/>, the tensor is [P, w, I] in parts [P, p, I]. The result has the same parts in the
    /// same order exactly where it is [P, w', I'] with w·I = w'·I', in parts p' = p·I/I'. So the sizes before both axes have
    /// one product, and I' divides p·I.
    /// </summary>
    /// <remarks>It is true for a last part that is filled up, too: part r begins at element r·p·I of its block in both.</remarks>
    public static bool TryMap(Shape from, int axis, Dim part, Shape to, out int toAxis, out Dim toPart)
    {
        int fromEnd = from.Rank;
        int toEnd = to.Rank;
        while (fromEnd - 1 > axis && toEnd > 0 && from[fromEnd - 1].Equals(to[toEnd - 1]))
            (fromEnd, toEnd) = (fromEnd - 1, toEnd - 1);
        Dim before = Product(from.AsSpan()[..axis]);
        Dim inner = Product(from.AsSpan()[(axis + 1)..fromEnd]);
        Dim whole = from[axis] * inner;
        Dim prefix = 1;
        for (toAxis = 0; toAxis < toEnd; prefix *= to[toAxis++])
        {
            Dim toInner = Product(to.AsSpan()[(toAxis + 1)..toEnd]);
            if (!prefix.Equals(before) || toInner.Range.Min < 1 || !whole.Equals(to[toAxis] * toInner))
                continue;
            toPart = part * inner / toInner;
            if ((toPart * toInner).Equals(part * inner))
                return true;
        }

        (toAxis, toPart) = (-1, 0);
        return false;
    }

    /// <summary>The rule of an operator whose sizes argument names the result's sizes.</summary>
    public static AxisSplit? Split(AxisQuery query, int sizesArgument) =>
        TryMap(query.Type.Shape, query.Axis, query.Part, query.OutputTypes[0].Shape, out int axis, out var part)
            ? query.Carried(axis, sizesArgument, AxisSplits.WithSize(query.Dims(sizesArgument), axis, part))
            : null;

    /// <summary>The rule of an operator that names no sizes.</summary>
    public static AxisSplit? Split(AxisQuery query) =>
        TryMap(query.Type.Shape, query.Axis, query.Part, query.OutputTypes[0].Shape, out int axis, out _) ? query.Carried(axis) : null;

    /// <summary>
    /// The rule of view_as: both operands are cut, where the part of the other is as large as this one's cut makes it.
    /// </summary>
    public static AxisSplit? SplitAs(AxisQuery query)
    {
        int other = 1 - query.Operand;
        if (!TryMap(query.Type.Shape, query.Axis, query.Part, query.OperandTypes[other].Shape, out int axis, out var part)
            || !part.Equals(query.Part)
            || !query.OperandTypes[other].Shape[axis].Equals(query.Whole))
        {
            return null;
        }

        return query.Operand == 0 ? new([query.Axis, axis], axis, query.Arguments) : new([axis, query.Axis], query.Axis, query.Arguments);
    }

    private static Dim Product(ReadOnlySpan<Dim> sizes)
    {
        Dim product = 1;
        foreach (var size in sizes)
            product *= size;
        return product;
    }
}
