namespace Evergraph.CustomOps.Kernels;

/// <summary>Broadcasting: shapes are aligned at their last dimensions, and a size of 1 is repeated to fit.</summary>
public static class Broadcast
{
    /// <summary>The shape of a broadcast over symbolic sizes, for fakes.</summary>
    /// <remarks>
    /// Only a size that is the constant 1 is repeated. Two sizes that are not known to be equal get the requirement that
    /// they are; a symbol that could be 1 is never taken for 1.
    /// </remarks>
    /// <exception cref="ShapeException">Two sizes can never be equal.</exception>
    public static Shape Shapes(Shape a, Shape b)
    {
        if (a.Equals(b))
            return a;
        var dims = new Dim[Math.Max(a.Rank, b.Rank)];
        for (int i = 0; i < dims.Length; i++)
        {
            int axisOfA = i - (dims.Length - a.Rank);
            int axisOfB = i - (dims.Length - b.Rank);
            dims[i] = axisOfA < 0 ? b[axisOfB] : axisOfB < 0 ? a[axisOfA] : Sizes(a[axisOfA], b[axisOfB]);
        }

        return Shape.Create(dims);
    }

    /// <summary>The shape of a broadcast of three tensors over symbolic sizes, for fakes.</summary>
    /// <exception cref="ShapeException">Two sizes can never be equal.</exception>
    public static Shape Shapes(Shape a, Shape b, Shape c) => Shapes(Shapes(a, b), c);

    /// <summary>Checks in a fake that one shape broadcasts to another, which it does not change.</summary>
    /// <exception cref="ShapeException">It can never.</exception>
    public static void RequireExpandable(Shape from, Shape to)
    {
        if (from.Rank > to.Rank)
            throw Fail($"cannot be broadcast to {to}: expected at most {to.Rank} dimensions, given {from.Rank}");
        for (int i = 0; i < from.Rank; i++)
        {
            if (!from[i].Equals(1))
                Require(from[i] == to[i + to.Rank - from.Rank], $"size of dimension {i} cannot be broadcast");
        }
    }

    /// <summary>The sizes of a broadcast that the fake has checked, for kernels.</summary>
    public static long[] Sizes(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        if (a.Length < b.Length)
        {
            var shorter = a;
            a = b;
            b = shorter;
        }

        var sizes = a.ToArray();
        int offset = a.Length - b.Length;
        for (int i = 0; i < b.Length; i++)
        {
            if (sizes[i + offset] == 1)
                sizes[i + offset] = b[i];
        }

        return sizes;
    }

    /// <summary>A tensor repeated to larger sizes and converted, in memory of its own.</summary>
    public static Tensor To(Tensor tensor, ReadOnlySpan<long> sizes, DType dtype)
    {
        if (tensor.DType != dtype)
            tensor = Casts.To(tensor, dtype);
        var result = Tensor.Empty(dtype, sizes);
        int width = dtype.Size();
        var source = tensor.ReadOnlyBytes();
        var target = result.Bytes();
        var runs = new BroadcastRuns(sizes, tensor.Sizes);
        while (runs.MoveNext())
        {
            var part = target.Slice(runs.Start * width, runs.Length * width);
            int from = runs.StartOf(0) * width;
            if (runs.IsRepeated(0))
                Fill(part, source.Slice(from, width));
            else
                source.Slice(from, part.Length).CopyTo(part);
        }

        return result;
    }

    /// <summary>Fills a span with one element of 1, 2, 4 or 8 bytes.</summary>
    public static void Fill(Span<byte> target, ReadOnlySpan<byte> element)
    {
        if (target.IsEmpty)
            return;
        element.CopyTo(target);
        // Each copy doubles what is filled.
        for (int filled = element.Length; filled < target.Length; filled *= 2)
            target[..Math.Min(filled, target.Length - filled)].CopyTo(target[filled..]);
    }

    private static Dim Sizes(Dim a, Dim b)
    {
        if (a.Equals(b) || b.Equals(1))
            return a;
        if (a.Equals(1))
            return b;
        // The constant, where there is one, is what was expected of the other.
        if (a.IsConstant && !b.IsConstant)
            (a, b) = (b, a);
        Require(a == b, "sizes cannot be broadcast");
        return b.IsConstant ? b : a;
    }
}
