using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// Copies elements between a dense tensor and any regular arrangement of another's: transposed, repeated (stride 0),
/// reversed (negative stride), sliced. Strides and offsets count elements.
/// </summary>
public static class StridedCopy
{
    // Boxes of more axes, which no model has but a file may, are described on the heap.
    private const int MostAxesOnStack = 16;

    // A tile of both sides fits the first-level cache at 8 bytes an element.
    private const int Tile = 32;

    /// <summary>The strides of a dense tensor.</summary>
    public static long[] DenseStrides(ReadOnlySpan<long> sizes)
    {
        var strides = new long[sizes.Length];
        long stride = 1;
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride = unchecked(stride * sizes[i]);
        }

        return strides;
    }

    /// <summary>A new dense tensor whose element at i is the source's at <paramref name="offset"/> + Σ iₖ·strideₖ.</summary>
    public static Tensor Gather(Tensor source, ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, long offset = 0)
    {
        var result = Tensor.Empty(source.DType, sizes);
        GatherInto(source, result, sizes, strides, offset);
        return result;
    }

    /// <summary>As <see cref="Gather"/>, into a dense tensor that has as many elements under any sizes.</summary>
    public static void GatherInto(Tensor source, Tensor result, ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, long offset = 0) =>
        Copy(source.DType.Size(), source.ReadOnlyBytes(), offset, strides, result.Bytes(), 0, DenseStrides(sizes), sizes);

    /// <summary>A copy of the source's elements in row-major order under other sizes.</summary>
    public static Tensor Reshape(Tensor source, ReadOnlySpan<long> sizes)
    {
        var result = Tensor.Empty(source.DType, sizes);
        source.ReadOnlyBytes().CopyTo(result.Bytes());
        return result;
    }

    /// <summary>The source repeated along axes of size 1, and along new leading ones, to <paramref name="sizes"/>.</summary>
    public static Tensor Expand(Tensor source, ReadOnlySpan<long> sizes)
    {
        var result = Tensor.Empty(source.DType, sizes);
        ExpandInto(source, result);
        return result;
    }

    /// <summary>As <see cref="Expand"/>, into a tensor of the sizes wanted.</summary>
    public static void ExpandInto(Tensor source, Tensor result)
    {
        var strides = new long[result.Rank];
        int lead = result.Rank - source.Rank;
        long[] own = DenseStrides(source.Sizes);
        for (int i = 0; i < own.Length; i++)
            strides[lead + i] = source.Sizes[i] == 1 ? 0 : own[i];
        GatherInto(source, result, result.Sizes, strides);
    }

    /// <summary>The source with its axes in another order: axis i of the result is axis <paramref name="order"/>ᵢ of the source.</summary>
    public static Tensor Permute(Tensor source, ReadOnlySpan<int> order)
    {
        var sizes = new long[order.Length];
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = source.Sizes[order[i]];
        var result = Tensor.Empty(source.DType, sizes);
        PermuteInto(source, order, result);
        return result;
    }

    /// <summary>As <see cref="Permute"/>, into a tensor of the sizes in that order.</summary>
    public static void PermuteInto(Tensor source, ReadOnlySpan<int> order, Tensor result)
    {
        var strides = new long[order.Length];
        long[] own = DenseStrides(source.Sizes);
        for (int i = 0; i < strides.Length; i++)
            strides[i] = own[order[i]];
        GatherInto(source, result, result.Sizes, strides);
    }

    /// <summary>Undoes <see cref="Permute"/>: axis <paramref name="order"/>ᵢ of the result is axis i of the source.</summary>
    public static void PermuteBack(Tensor source, ReadOnlySpan<int> order, Tensor result)
    {
        var strides = new long[order.Length];
        long[] own = DenseStrides(result.Sizes);
        for (int i = 0; i < strides.Length; i++)
            strides[i] = own[order[i]];
        Scatter(source, result, strides);
    }

    /// <summary>Puts the dense source's element at i into the destination's at <paramref name="offset"/> + Σ iₖ·strideₖ.</summary>
    public static void Scatter(Tensor source, Tensor destination, ReadOnlySpan<long> strides, long offset = 0) => Copy(
        source.DType.Size(), source.ReadOnlyBytes(), 0, DenseStrides(source.Sizes), destination.Bytes(), offset, strides, source.Sizes);

    /// <summary>Copies a box of elements.</summary>
    /// <param name="elementSize">Bytes of one element: 1, 2, 4 or 8.</param>
    /// <param name="source">Where to read.</param>
    /// <param name="sourceOffset">Which element comes first.</param>
    /// <param name="sourceStrides">The distance of neighbours along each axis.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="destinationOffset">Which element comes first.</param>
    /// <param name="destinationStrides">The distance of neighbours along each axis.</param>
    /// <param name="sizes">The box.</param>
    public static void Copy(
        int elementSize,
        ReadOnlySpan<byte> source,
        long sourceOffset,
        ReadOnlySpan<long> sourceStrides,
        Span<byte> destination,
        long destinationOffset,
        ReadOnlySpan<long> destinationStrides,
        ReadOnlySpan<long> sizes)
    {
        if (sizes.Contains(0))
            return;
        bool few = sizes.Length <= MostAxesOnStack;
        Span<long> n = few ? stackalloc long[MostAxesOnStack + 2] : new long[sizes.Length + 2];
        Span<long> from = few ? stackalloc long[MostAxesOnStack + 2] : new long[n.Length];
        Span<long> to = few ? stackalloc long[MostAxesOnStack + 2] : new long[n.Length];
        int rank = Coalesce(sizes, sourceStrides, destinationStrides, n, from, to);
        n = n[..rank];
        from = from[..rank];
        to = to[..rank];
        switch (elementSize)
        {
            case 1:
                Run(source, sourceOffset, from, destination, destinationOffset, to, n);
                break;
            case 2:
                Run(Cast<ushort>(source), sourceOffset, from, Cast<ushort>(destination), destinationOffset, to, n);
                break;
            case 4:
                Run(Cast<uint>(source), sourceOffset, from, Cast<uint>(destination), destinationOffset, to, n);
                break;
            default:
                Run(Cast<ulong>(source), sourceOffset, from, Cast<ulong>(destination), destinationOffset, to, n);
                break;
        }
    }

    /// <summary>
    /// Drops axes of size 1 and joins neighbours that lie like one axis on both sides. At least two axes remain, so that
    /// the loops need no cases; they are filled up with axes of size 1 in front.
    /// </summary>
    private static int Coalesce(
        ReadOnlySpan<long> sizes, ReadOnlySpan<long> sourceStrides, ReadOnlySpan<long> destinationStrides, Span<long> n, Span<long> from, Span<long> to)
    {
        (n[0], n[1], from[0], from[1], to[0], to[1]) = (1, 1, 0, 0, 0, 0);
        int rank = 2;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] == 1)
                continue;
            bool joins = rank > 2
                && from[rank - 1] == sourceStrides[i] * sizes[i]
                && to[rank - 1] == destinationStrides[i] * sizes[i];
            if (!joins)
                n[rank++] = 1;
            n[rank - 1] *= sizes[i];
            from[rank - 1] = sourceStrides[i];
            to[rank - 1] = destinationStrides[i];
        }

        return rank;
    }

    private static void Run<T>(
        ReadOnlySpan<T> source, long sourceOffset, ReadOnlySpan<long> from, Span<T> destination, long destinationOffset, ReadOnlySpan<long> to, ReadOnlySpan<long> n)
        where T : unmanaged
    {
        int outer = n.Length - 2;
        Span<long> index = outer <= MostAxesOnStack ? stackalloc long[MostAxesOnStack] : new long[outer];
        index.Clear();
        while (true)
        {
            Plane(source, sourceOffset, from[outer..], destination, destinationOffset, to[outer..], n[outer..]);
            int axis = outer - 1;
            for (; axis >= 0; axis--)
            {
                sourceOffset += from[axis];
                destinationOffset += to[axis];
                if (++index[axis] < n[axis])
                    break;
                sourceOffset -= n[axis] * from[axis];
                destinationOffset -= n[axis] * to[axis];
                index[axis] = 0;
            }

            if (axis < 0)
                return;
        }
    }

    private static void Plane<T>(
        ReadOnlySpan<T> source, long sourceOffset, ReadOnlySpan<long> from, Span<T> destination, long destinationOffset, ReadOnlySpan<long> to, ReadOnlySpan<long> n)
        where T : unmanaged
    {
        int rows = (int)n[0];
        int columns = (int)n[1];
        bool transposes = from[1] != 1 && from[0] == 1 && rows > 1;
        int tileRows = transposes ? Tile : 1;
        int tileColumns = transposes ? Tile : columns;
        for (int row = 0; row < rows; row += tileRows)
        {
            int lastRow = Math.Min(row + tileRows, rows);
            for (int column = 0; column < columns; column += tileColumns)
            {
                int count = Math.Min(tileColumns, columns - column);
                for (int r = row; r < lastRow; r++)
                {
                    Line(
                        source,
                        (int)(sourceOffset + (r * from[0]) + (column * from[1])),
                        (int)from[1],
                        destination,
                        (int)(destinationOffset + (r * to[0]) + (column * to[1])),
                        (int)to[1],
                        count);
                }
            }
        }
    }

    private static void Line<T>(ReadOnlySpan<T> source, int from, int sourceStride, Span<T> destination, int to, int destinationStride, int count)
        where T : unmanaged
    {
        if (destinationStride == 1 && sourceStride == 1)
        {
            source.Slice(from, count).CopyTo(destination[to..]);
            return;
        }

        if (destinationStride == 1 && sourceStride == 0)
        {
            destination.Slice(to, count).Fill(source[from]);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            destination[to] = source[from];
            from += sourceStride;
            to += destinationStride;
        }
    }

    private static ReadOnlySpan<T> Cast<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    private static Span<T> Cast<T>(Span<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);
}
