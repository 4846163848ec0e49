using System.Numerics;
using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>Conversion between float and the 16-bit types that arithmetic widens: exact one way, to nearest even the other.</summary>
public static class ReducedPrecision
{
    /// <summary>Widens; exact.</summary>
    public static void Widen(ReadOnlySpan<Half> source, Span<float> destination) =>
        TensorPrimitives.ConvertToSingle(source, destination);

    /// <summary>Rounds to nearest, ties to even; what is too large becomes infinite.</summary>
    public static void Narrow(ReadOnlySpan<float> source, Span<Half> destination) =>
        TensorPrimitives.ConvertToHalf(source, destination);

    /// <summary>Widens; exact.</summary>
    public static void Widen(ReadOnlySpan<BFloat16> source, Span<float> destination)
    {
        var from = MemoryMarshal.Cast<BFloat16, ushort>(source);
        var to = MemoryMarshal.Cast<float, uint>(destination)[..from.Length];
        int i = 0;
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(from[i..]), out var low, out var high);
            (low << 16).CopyTo(to[i..]);
            (high << 16).CopyTo(to[(i + Vector<uint>.Count)..]);
        }

        for (; i < from.Length; i++)
            to[i] = (uint)from[i] << 16;
    }

    /// <summary>Rounds to nearest, ties to even; NaN stays a quiet NaN.</summary>
    public static void Narrow(ReadOnlySpan<float> source, Span<BFloat16> destination)
    {
        var from = MemoryMarshal.Cast<float, uint>(source);
        var to = MemoryMarshal.Cast<BFloat16, ushort>(destination)[..from.Length];
        int i = 0;
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var low = Round(new Vector<uint>(from[i..]));
            var high = Round(new Vector<uint>(from[(i + Vector<uint>.Count)..]));
            Vector.Narrow(low, high).CopyTo(to[i..]);
        }

        for (; i < from.Length; i++)
            to[i] = ((BFloat16)source[i]).Bits;
    }

    // As BFloat16's conversion, lane by lane.
    private static Vector<uint> Round(Vector<uint> bits)
    {
        var kept = bits >>> 16;
        var rounded = (bits + new Vector<uint>(0x7FFF) + (kept & Vector<uint>.One)) >>> 16;
        var isNaN = Vector.GreaterThan(bits & new Vector<uint>(0x7FFF_FFFF), new Vector<uint>(0x7F80_0000));
        return Vector.ConditionalSelect(isNaN, kept | new Vector<uint>(0x0040), rounded);
    }
}
