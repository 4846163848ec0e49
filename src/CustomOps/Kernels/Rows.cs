using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// Moves rows of a tensor seen as [outer, span, inner] from and to places along its middle axis. Rows of one element are
/// moved as numbers, longer ones as bytes.
/// </summary>
internal static class Rows
{
    /// <summary>result[o, b, :] = source[o, places[b], :]</summary>
    public static void Gather(Tensor source, Tensor result, AxisBlock block, ReadOnlySpan<long> places)
    {
        int size = source.DType.Size();
        var from = source.ReadOnlyBytes();
        var to = result.Bytes();
        if (block.Inner != 1)
        {
            Move(from, to, block, size, places, scatters: false);
            return;
        }

        switch (size)
        {
            case 1:
                GatherElements(from, to, block, places);
                break;
            case 2:
                GatherElements(Cast<ushort>(from), Cast<ushort>(to), block, places);
                break;
            case 4:
                GatherElements(Cast<uint>(from), Cast<uint>(to), block, places);
                break;
            default:
                GatherElements(Cast<ulong>(from), Cast<ulong>(to), block, places);
                break;
        }
    }

    /// <summary>result[o, places[b], :] = source[o, b, :]; where places repeat, the last one stays.</summary>
    public static void Scatter(Tensor source, Tensor result, AxisBlock block, ReadOnlySpan<long> places) =>
        Move(source.ReadOnlyBytes(), result.Bytes(), block, source.DType.Size(), places, scatters: true);

    /// <summary>result[o, places[b], :] += source[o, b, :], one after the other; the 16-bit types round after each.</summary>
    public static void Accumulate(Tensor source, Tensor result, AxisBlock block, ReadOnlySpan<long> places)
    {
        switch (source.DType)
        {
            case DType.Float32:
                Add(source.ReadOnlySpan<float>(), result.Span<float>(), block, places, static (a, b) => a + b);
                break;
            case DType.Float64:
                Add(source.ReadOnlySpan<double>(), result.Span<double>(), block, places, static (a, b) => a + b);
                break;
            case DType.Float16:
                Add(source.ReadOnlySpan<Half>(), result.Span<Half>(), block, places, static (a, b) => (Half)((float)a + (float)b));
                break;
            case DType.BFloat16:
                Add(source.ReadOnlySpan<BFloat16>(), result.Span<BFloat16>(), block, places, static (a, b) => (BFloat16)((float)a + (float)b));
                break;
            case DType.Int8:
                Add(source.ReadOnlySpan<sbyte>(), result.Span<sbyte>(), block, places, static (a, b) => unchecked((sbyte)(a + b)));
                break;
            case DType.UInt8:
                Add(source.ReadOnlySpan<byte>(), result.Span<byte>(), block, places, static (a, b) => unchecked((byte)(a + b)));
                break;
            case DType.Int32:
                Add(source.ReadOnlySpan<int>(), result.Span<int>(), block, places, static (a, b) => unchecked(a + b));
                break;
            case DType.Int64:
                Add(source.ReadOnlySpan<long>(), result.Span<long>(), block, places, static (a, b) => unchecked(a + b));
                break;
            default:
                Add(source.ReadOnlySpan<bool>(), result.Span<bool>(), block, places, static (a, b) => a | b);
                break;
        }
    }

    private static void GatherElements<T>(ReadOnlySpan<T> from, Span<T> to, AxisBlock block, ReadOnlySpan<long> places)
        where T : unmanaged
    {
        int span = (int)block.Size;
        for (int o = 0; o < block.Outer && places.Length > 0; o++)
        {
            var row = from.Slice(o * span, span);
            var target = to.Slice(o * places.Length, places.Length);
            for (int b = 0; b < places.Length; b++)
                target[b] = row[(int)places[b]];
        }
    }

    private static void Move(
        ReadOnlySpan<byte> from, Span<byte> to, AxisBlock block, int size, ReadOnlySpan<long> places, bool scatters)
    {
        int bytes = (int)block.Inner * size;
        if (bytes == 0 || places.IsEmpty)
            return;
        for (long o = 0; o < block.Outer; o++)
        {
            for (int b = 0; b < places.Length; b++)
            {
                int inBlock = (int)(((o * block.Size) + places[b]) * bytes);
                int inRows = (int)(((o * places.Length) + b) * bytes);
                if (scatters)
                    from.Slice(inRows, bytes).CopyTo(to[inBlock..]);
                else
                    from.Slice(inBlock, bytes).CopyTo(to[inRows..]);
            }
        }
    }

    private static void Add<T>(ReadOnlySpan<T> from, Span<T> to, AxisBlock block, ReadOnlySpan<long> places, Func<T, T, T> add)
        where T : unmanaged
    {
        int inner = (int)block.Inner;
        if (inner == 0 || places.IsEmpty)
            return;
        for (long o = 0; o < block.Outer; o++)
        {
            for (int b = 0; b < places.Length; b++)
            {
                var target = to.Slice((int)(((o * block.Size) + places[b]) * inner), inner);
                var row = from.Slice((int)(((o * places.Length) + b) * inner), inner);
                for (int i = 0; i < inner; i++)
                    target[i] = add(target[i], row[i]);
            }
        }
    }

    private static ReadOnlySpan<T> Cast<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    private static Span<T> Cast<T>(Span<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);
}
