using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// Elements of a tensor as the plain loops compute with them: float64 for floating-point types, int64 for integers. The
/// 16-bit types are rounded from float64 through float32, as <see cref="Casts"/> does.
/// </summary>
internal static class PlainElements
{
    // Spans of bytes end at 2 GiB, also where the elements of a tensor are an eighth of that.
    private const int Chunk = 1 << 20;

    /// <summary>Reads elements from the given one on.</summary>
    /// <typeparam name="T">double or long.</typeparam>
    public static void Read<T>(Tensor source, long first, Span<T> elements)
        where T : unmanaged
    {
        int size = source.DType.Size();
        var bytes = source.ReadOnlyBytes().Slice((int)(first * size), elements.Length * size);
        for (int start = 0; start < elements.Length; start += Chunk)
        {
            var part = elements[start..Math.Min(start + Chunk, elements.Length)];
            Casts.Convert(bytes.Slice(start * size, part.Length * size), source.DType, MemoryMarshal.AsBytes(part), TypeOf<T>());
        }
    }

    /// <summary>Rounds elements to the tensor's type and writes them from the given one on.</summary>
    /// <typeparam name="T">double or long.</typeparam>
    public static void Write<T>(ReadOnlySpan<T> elements, Tensor destination, long first)
        where T : unmanaged
    {
        int size = destination.DType.Size();
        var bytes = destination.Bytes().Slice((int)(first * size), elements.Length * size);
        for (int start = 0; start < elements.Length; start += Chunk)
        {
            var part = elements[start..Math.Min(start + Chunk, elements.Length)];
            Casts.Convert(MemoryMarshal.AsBytes(part), TypeOf<T>(), bytes.Slice(start * size, part.Length * size), destination.DType);
        }
    }

    private static DType TypeOf<T>() => typeof(T) == typeof(double) ? DType.Float64 : DType.Int64;
}
