namespace Evergraph.CustomOps.Aten;

/// <summary>Shapes of reductions, and where a cut of an axis that is kept appears in them.</summary>
internal static class ReducedShape
{
    public static Shape Infer(Shape self, ReadOnlySpan<bool> reduced, bool keepDim) => [.. Infer(self.AsSpan(), reduced, keepDim, 1)];

    public static long[] Infer(ReadOnlySpan<long> self, ReadOnlySpan<bool> reduced, bool keepDim) => [.. Infer(self, reduced, keepDim, 1)];

    /// <summary>States that there is something to choose from: a maximum of nothing has no value.</summary>
    public static void RequireElements(Shape self, ReadOnlySpan<bool> reduced)
    {
        for (int axis = 0; axis < self.Rank; axis++)
        {
            if (reduced[axis])
                Require(self[axis] >= 1, $"dimension {axis} has no elements to choose from");
        }
    }

    /// <summary>The rule of a reduction: an axis that is kept may be cut.</summary>
    public static AxisSplit? Split(AxisQuery query, ReadOnlySpan<long> dims, bool keepDim)
    {
        var reduced = Axes.Reduced(dims, query.Type.Rank);
        if (reduced[query.Axis])
            return null;
        return query.Carried(keepDim ? query.Axis : query.Axis - reduced.AsSpan(0, query.Axis).Count(true));
    }

    /// <summary>The <c>bool</c> at a place of the schema.</summary>
    public static bool Flag(this AxisQuery query, int argument) => ((BoolArgument)query.Arguments[argument]).Truth;

    private static List<TSize> Infer<TSize>(ReadOnlySpan<TSize> self, ReadOnlySpan<bool> reduced, bool keepDim, TSize one)
    {
        var sizes = new List<TSize>(self.Length);
        for (int axis = 0; axis < self.Length; axis++)
        {
            if (!reduced[axis])
                sizes.Add(self[axis]);
            else if (keepDim)
                sizes.Add(one);
        }

        return sizes;
    }
}
