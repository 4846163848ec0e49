using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>Picks the widest vectors of the processor for C = A·Bᵀ.</summary>
internal static unsafe class GemmDotKernels
{
    /// <summary>Computes a block; see <see cref="GemmDot{TLanes, TElement, TOperand, TSum, TResult}"/>.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    public static void Run<T>(T* a, T* b, T* bias, T* c, int m, int n, int k, nint stride)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            Run((float*)a, (float*)b, (float*)bias, (float*)c, m, n, k, stride);
        else
            Run((double*)a, (double*)b, (double*)bias, (double*)c, m, n, k, stride);
    }

    /// <summary>Computes a block of an exact product of int8.</summary>
    public static void Run(sbyte* a, sbyte* b, int* c, int m, int n, int k, nint stride)
    {
        if (Avx512BW.IsSupported)
            GemmDot<SByteLanes512, sbyte, Vector512<short>, Vector512<int>, int>.Run(a, b, null, c, m, n, k, stride);
        else
            GemmDot<SByteLanes256, sbyte, Vector256<short>, Vector256<int>, int>.Run(a, b, null, c, m, n, k, stride);
    }

    private static void Run(float* a, float* b, float* bias, float* c, int m, int n, int k, nint stride)
    {
        if (Vector512.IsHardwareAccelerated)
            GemmDot<FloatLanes512, float, Vector512<float>, Vector512<float>, float>.Run(a, b, bias, c, m, n, k, stride);
        else
            GemmDot<FloatLanes256, float, Vector256<float>, Vector256<float>, float>.Run(a, b, bias, c, m, n, k, stride);
    }

    private static void Run(double* a, double* b, double* bias, double* c, int m, int n, int k, nint stride)
    {
        if (Vector512.IsHardwareAccelerated)
            GemmDot<DoubleLanes512, double, Vector512<double>, Vector512<double>, double>.Run(a, b, bias, c, m, n, k, stride);
        else
            GemmDot<DoubleLanes256, double, Vector256<double>, Vector256<double>, double>.Run(a, b, bias, c, m, n, k, stride);
    }
}
