namespace Evergraph.CustomOps.Checking;

/// <summary>Draws axes and sizes for samples.</summary>
public static class SampleAxes
{
    /// <summary>An axis as a schema's <c>dim</c>, counted from the end half of the time.</summary>
    public static long Signed(this SampleBuilder builder, int axis, int rank) => builder.Coin() ? axis : axis - Math.Max(rank, 1);

    /// <summary>Any axis of a tensor of this rank; 0 or -1 for a scalar.</summary>
    public static long Axis(this SampleBuilder builder, int rank) => builder.Signed(builder.Next(0, Math.Max(rank, 1) - 1), rank);

    /// <summary>A tensor of any element type and of a rank from <paramref name="minRank"/> to 4.</summary>
    public static SampleTensor AnyTensor(this SampleBuilder builder, int minRank = 0, int minSize = 0) =>
        builder.Tensor(builder.Any(), [.. builder.Sizes(builder.Next(minRank, 4), minSize)]);

    /// <summary>Some different axes of a tensor of this rank, at least <paramref name="atLeast"/>, in any order.</summary>
    public static long[] SomeAxes(this SampleBuilder builder, int rank, int atLeast = 0)
    {
        int[] axes = [.. Enumerable.Range(0, rank)];
        builder.Random.Shuffle(axes);
        int count = builder.Next(Math.Min(atLeast, rank), rank);
        return [.. axes.Take(count).Select(axis => builder.Signed(axis, rank))];
    }

    /// <summary>An integer tensor of indices 0 … <paramref name="size"/> - 1, or of any sign where negative ones count from the end.</summary>
    /// <remarks>The shape must have no elements where the size drawn is 0.</remarks>
    public static SampleTensor Indices(this SampleBuilder builder, Shape shape, Dim size, bool negative = false, DType dtype = DType.Int64)
    {
        long count = builder.NumberOf(size);
        return builder.Tensor(dtype, shape, negative ? -count : 0, count);
    }
}
