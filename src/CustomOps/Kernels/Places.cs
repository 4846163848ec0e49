namespace Evergraph.CustomOps.Kernels;

/// <summary>Reads index tensors, whose numbers only a kernel sees.</summary>
internal static class Places
{
    /// <summary>Whether a tensor of this type can hold indices.</summary>
    public static bool AreHeldBy(DType dtype) => dtype is DType.Int64 or DType.Int32;

    /// <summary>The indices as places from 0 to <paramref name="size"/> - 1.</summary>
    /// <param name="index">An int32 or int64 tensor.</param>
    /// <param name="size">The size of the axis that is indexed.</param>
    /// <param name="axis">Which axis, for the error.</param>
    /// <param name="negative">Whether negative indices count from the end.</param>
    /// <exception cref="EvergraphException">An index is out of range.</exception>
    public static long[] Read(Tensor index, long size, int axis, bool negative)
    {
        long[] places = index.DType == DType.Int64
            ? index.ReadOnlySpan<long>().ToArray()
            : Scratch.As(index, DType.Int64).ReadOnlySpan<long>().ToArray();
        for (int i = 0; i < places.Length; i++)
        {
            long place = places[i];
            if (place < 0 && negative)
                places[i] += size;
            if ((ulong)places[i] >= (ulong)size)
                throw OutOfRange(place, size, axis, negative);
        }

        return places;
    }

    private static EvergraphException OutOfRange(long place, long size, int axis, bool negative) => new(
        size == 0
            ? $"index {place} is out of range: dimension {axis} has no elements"
            : $"index {place} is out of range: expected {(negative ? -size : 0)} to {size - 1} along dimension {axis}");
}
