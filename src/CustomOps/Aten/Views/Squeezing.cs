namespace Evergraph.CustomOps.Aten;

/// <summary>Which axes the squeeze operators remove. No dims at all means any.</summary>
internal static class Squeezing
{
    public static Shape Infer(Shape self, long[]? dims)
    {
        var removed = Removed(self, dims);
        return [.. Enumerable.Range(0, self.Rank).Where(axis => !removed[axis]).Select(axis => self[axis])];
    }

    /// <summary>The result's sizes, for a kernel whose fake has accepted the arguments.</summary>
    public static long[] Infer(ReadOnlySpan<long> self, long[]? dims) => Infer(Shape.FromSizes(self), dims).Evaluate(_ => 0);

    public static AxisSplit? Split(AxisQuery query, long[]? dims)
    {
        // A part of size 1 would vanish where the whole stays, so the axis is looked at with the part's size.
        var removed = Removed(query.Type.Shape, dims);
        bool named = dims is null || Axes.NormalizeAll(dims, query.Type.Rank).Contains(query.Axis);
        if (named && (query.Part != 1).Proof != Truth.True)
            return null;
        return removed[query.Axis] ? null : query.Carried(query.Axis - removed.AsSpan(0, query.Axis).Count(true));
    }

    public static Shape DrawShape(SampleBuilder s)
    {
        var sizes = s.Sizes(s.Next(0, 4), 2);
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = s.Coin() ? 1 : sizes[i];
        return Shape.Create(sizes);
    }

    private static bool[] Removed(Shape self, long[]? dims)
    {
        var removed = new bool[self.Rank];
        int[] axes = dims is null ? [.. Enumerable.Range(0, self.Rank)] : Axes.NormalizeAll(dims, self.Rank);
        foreach (int axis in axes)
        {
            if (self.Rank > 0)
                removed[axis] = IsOne(self[axis]);
        }

        return removed;
    }

    // The rank of a result cannot depend on a size, so a size that may be 1 must not be 1 at any call.
    private static bool IsOne(Dim size)
    {
        if (size.Equals(1))
            return true;
        Require(size != 1, "a size that is 1 at some calls only cannot be squeezed away; name the dimensions that are always 1");
        return false;
    }
}
