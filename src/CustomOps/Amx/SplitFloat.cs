using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evergraph.CustomOps.Amx;

/// <summary>
/// A float32 as the sum of three bfloat16: its 24 significant bits in three times eight. Cutting off instead of rounding makes the sum exact and
/// keeps the largest numbers finite.
/// </summary>
/// <remarks>
/// Exact down to about 2⁻¹⁰²: below that the last part would be denormal, which the matrix unit takes for 0. Infinities and NaN have no such
/// parts; callers compute what has them another way.
/// </remarks>
internal static class SplitFloat
{
    private const uint UpperHalf = 0xFFFF0000;
    private const uint Exponent = 0x7F800000;

    // The upper half of each of 16 + 16 numbers: every second 16-bit word of both vectors.
    private static readonly Vector512<ushort> UpperWords = Vector512.Create(
        (ushort)1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63);

    /// <summary>Splits 32 numbers: each result has one part of all, in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(
        Vector512<float> low, Vector512<float> high, out Vector512<ushort> first, out Vector512<ushort> second, out Vector512<ushort> third)
    {
        var mask = Vector512.Create(UpperHalf);
        var words = UpperWords;
        first = Avx512BW.PermuteVar32x16x2(low.AsUInt16(), words, high.AsUInt16());
        low -= (low.AsUInt32() & mask).AsSingle();
        high -= (high.AsUInt32() & mask).AsSingle();
        second = Avx512BW.PermuteVar32x16x2(low.AsUInt16(), words, high.AsUInt16());
        low -= (low.AsUInt32() & mask).AsSingle();
        high -= (high.AsUInt32() & mask).AsSingle();
        third = Avx512BW.PermuteVar32x16x2(low.AsUInt16(), words, high.AsUInt16());
    }

    /// <summary>All bits set where a number is an infinity or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> IsNotFinite(Vector512<float> x)
    {
        var exponent = Vector512.Create(Exponent);
        return Vector512.Equals(x.AsUInt32() & exponent, exponent);
    }
}
