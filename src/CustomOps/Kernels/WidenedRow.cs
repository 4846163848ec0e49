using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// A stretch of a tensor as a kernel computes with it: in place where it is stored in the type that is computed in,
/// through a buffer for the 16-bit types, which are computed in float32. Where <see cref="Widened"/> converts a whole
/// tensor, here the core that computes a row converts it, in its own cache.
/// </summary>
internal static class WidenedRow
{
    /// <summary>Whether rows are computed with in place, so that their buffers are not used.</summary>
    public static bool IsDirect<T>(Tensor tensor)
        where T : unmanaged => tensor.DType == DTypeOf<T>.Value;

    /// <summary>A row to read.</summary>
    /// <param name="tensor">Of the type <typeparamref name="T"/>, or of one that is computed in it.</param>
    /// <param name="start">Where the row begins, in elements.</param>
    /// <param name="length">How many elements it has.</param>
    /// <param name="buffer">Room for as many.</param>
    public static ReadOnlySpan<T> Read<T>(Tensor tensor, int start, int length, Span<T> buffer)
        where T : unmanaged
    {
        if (IsDirect<T>(tensor))
            return tensor.ReadOnlySpan<T>().Slice(start, length);
        int width = tensor.DType.Size();
        Casts.Convert(
            tensor.ReadOnlyBytes().Slice(start * width, length * width), tensor.DType, MemoryMarshal.AsBytes(buffer[..length]), DTypeOf<T>.Value);
        return buffer[..length];
    }

    /// <summary>Where a row of a result is computed; <see cref="Round"/> must follow when it is filled.</summary>
    public static Span<T> Target<T>(Tensor tensor, int start, int length, Span<T> buffer)
        where T : unmanaged => IsDirect<T>(tensor) ? tensor.Span<T>().Slice(start, length) : buffer[..length];

    /// <summary>Rounds a finished row into its place; nothing where it was computed there.</summary>
    public static void Round<T>(ReadOnlySpan<T> row, Tensor tensor, int start)
        where T : unmanaged
    {
        if (IsDirect<T>(tensor))
            return;
        int width = tensor.DType.Size();
        Casts.Convert(
            MemoryMarshal.AsBytes(row), DTypeOf<T>.Value, tensor.Bytes().Slice(start * width, row.Length * width), tensor.DType);
    }
}
