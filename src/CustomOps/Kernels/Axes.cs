namespace Evergraph.CustomOps.Kernels;

/// <summary>Reads the <c>dim</c> arguments of schemas, which may count from the end.</summary>
public static class Axes
{
    /// <summary>The axis, from 0, that <paramref name="dim"/> names in a tensor of rank 1 or more.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public static int Normalize(long dim, int rank) =>
        rank > 0 ? WithinRank(dim, rank, rank) : throw OutOfRange(dim, rank, 0);

    /// <summary>As <see cref="Normalize"/>, where PyTorch takes a tensor of rank 0 for one of rank 1: its axis is 0.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public static int NormalizeOrScalar(long dim, int rank) => WithinRank(dim, Math.Max(rank, 1), rank);

    /// <summary>The place, from 0 to <paramref name="rank"/>, where a new axis goes.</summary>
    /// <exception cref="ShapeException">There is no such place.</exception>
    public static int NormalizeNew(long dim, int rank) => WithinRank(dim, rank + 1, rank);

    /// <summary>The axes that <paramref name="dims"/> name, in the same order.</summary>
    /// <exception cref="ShapeException">One does not exist, or one is named twice.</exception>
    public static int[] NormalizeAll(ReadOnlySpan<long> dims, int rank)
    {
        var axes = new int[dims.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = NormalizeOrScalar(dims[i], rank);
            if (axes.AsSpan(0, i).Contains(axes[i]))
                throw FakeContext.Fail($"a dimension is named twice: expected each once, given [{string.Join(", ", dims.ToArray())}]");
        }

        return axes;
    }

    /// <summary>For each axis whether a reduction takes it; no dims, or an empty list, means all of them.</summary>
    /// <exception cref="ShapeException">A dimension does not exist, or is named twice.</exception>
    public static bool[] Reduced(ReadOnlySpan<long> dims, int rank)
    {
        var reduced = new bool[rank];
        if (dims.IsEmpty)
            Array.Fill(reduced, true);
        foreach (int axis in NormalizeAll(dims, rank))
        {
            if (rank > 0)
                reduced[axis] = true;
        }

        return reduced;
    }

    private static int WithinRank(long dim, int count, int rank) =>
        dim >= -count && dim < count ? (int)(dim < 0 ? dim + count : dim) : throw OutOfRange(dim, rank, count);

    private static ShapeException OutOfRange(long dim, int rank, int count) => FakeContext.Fail(
        count == 0
            ? $"dimension out of range: a tensor of rank 0 has no dimensions, given {dim}"
            : $"dimension out of range for a tensor of rank {rank}: expected {-count} to {count - 1}, given {dim}");
}
