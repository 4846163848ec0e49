namespace Evergraph.CustomOps.Aten;

/// <summary>Parts of a tensor along one axis.</summary>
internal static class Slicing
{
    /// <summary>A copy of <paramref name="length"/> elements along an axis.</summary>
    public static Tensor Take(Tensor self, int axis, long first, long length, long step = 1)
    {
        var strides = StridedCopy.DenseStrides(self.Sizes);
        long[] sizes = self.Sizes.ToArray();
        sizes[axis] = length;
        long offset = length == 0 ? 0 : first * strides[axis];
        // A step beyond the axis is never taken; as a stride it could overflow.
        strides[axis] *= length <= 1 ? 1 : step;
        return StridedCopy.Gather(self, sizes, strides, offset);
    }

    /// <summary>Puts a tensor over <paramref name="part"/>'s length of elements along an axis.</summary>
    public static void Put(Tensor part, Tensor into, int axis, long first, long step = 1)
    {
        var strides = StridedCopy.DenseStrides(into.Sizes);
        bool single = part.Sizes[axis] <= 1;
        long offset = part.Elements == 0 ? 0 : first * strides[axis];
        strides[axis] *= single ? 1 : step;
        StridedCopy.Scatter(part, into, strides, offset);
    }

    /// <summary>Bounds of a slice: absent, inside, outside, negative, huge, symbolic.</summary>
    public static (Dim? Start, Dim? End) DrawBounds(SampleBuilder s, Dim size)
    {
        Dim? start = s.Next(0, 6) switch
        {
            0 => (Dim?)null,
            1 => 0,
            2 => s.Next(-6, 6),
            3 => s.Size(),
            4 => -s.Size(),
            5 => size - s.Size(),
            _ => size,
        };
        Dim? end = s.Next(0, 6) switch
        {
            0 => (Dim?)null,
            1 => long.MaxValue,
            2 => s.Next(-6, 6),
            3 => s.Size(),
            4 => -s.Size() - 1,
            5 => size - s.Size(),
            _ => size,
        };
        return (start, end);
    }

    /// <summary>The split of an operator that picks along one axis and keeps the others.</summary>
    public static AxisSplit? Split(AxisQuery query, long dim) => query.CarriedExcept(Axes.Normalize(dim, query.Type.Rank));
}
