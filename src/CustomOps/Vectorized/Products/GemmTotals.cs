using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// Adds up the lanes of four vectors at once: halves onto halves down to 128 bits, then neighbours pairwise. A dot product
/// of 64 terms is four vector steps, so adding up lanes one vector after the other would cost as much as the product.
/// </summary>
internal static unsafe class GemmTotals
{
    /// <summary>Writes the four totals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> s0, Vector256<float> s1, Vector256<float> s2, Vector256<float> s3, float* totals) =>
        AddPairs(AddPairs(Fold(s0), Fold(s1)), AddPairs(Fold(s2), Fold(s3))).Store(totals);

    /// <summary>Writes the four totals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> s0, Vector256<double> s1, Vector256<double> s2, Vector256<double> s3, double* totals)
    {
        AddPairs(Fold(s0), Fold(s1)).Store(totals);
        AddPairs(Fold(s2), Fold(s3)).Store(totals + 2);
    }

    /// <summary>Writes the four totals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> s0, Vector256<int> s1, Vector256<int> s2, Vector256<int> s3, int* totals) =>
        AddPairs(AddPairs(Fold(s0), Fold(s1)), AddPairs(Fold(s2), Fold(s3))).Store(totals);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Fold<T>(Vector256<T> sum) => sum.GetLower() + sum.GetUpper();

    // [a0 + a1, a2 + a3, b0 + b1, b2 + b3]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> AddPairs(Vector128<float> a, Vector128<float> b) =>
        Sse3.IsSupported ? Sse3.HorizontalAdd(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.AddPairwise(a, b)
        : Vector128.Create(a[0] + a[1], a[2] + a[3], b[0] + b[1], b[2] + b[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> AddPairs(Vector128<double> a, Vector128<double> b) =>
        Sse3.IsSupported ? Sse3.HorizontalAdd(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.AddPairwise(a, b)
        : Vector128.Create(a[0] + a[1], b[0] + b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> AddPairs(Vector128<int> a, Vector128<int> b) =>
        Ssse3.IsSupported ? Ssse3.HorizontalAdd(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.AddPairwise(a, b)
        : Vector128.Create(a[0] + a[1], a[2] + a[3], b[0] + b[1], b[2] + b[3]);
}
