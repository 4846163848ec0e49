using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Evergraph.CustomOps;

/// <summary>Sums for norms, in float64 whatever the elements are: the error of a norm is then that of its last rounding.</summary>
internal static class Moments
{
    /// <summary>Σ x.</summary>
    public static double Sum<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
        ? TensorPrimitives.Sum(MemoryMarshal.Cast<T, double>(x))
        : Sum(MemoryMarshal.Cast<T, float>(x), 0, squares: false);

    /// <summary>Σ (x − center)². Taking the mean off first loses no digits where it is large, as Σx² − n·mean² would.</summary>
    public static double SumOfSquares<T>(ReadOnlySpan<T> x, double center = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            return Sum(MemoryMarshal.Cast<T, float>(x), center, squares: true);
        double sum = 0;
        foreach (double element in MemoryMarshal.Cast<T, double>(x))
            sum += (element - center) * (element - center);
        return sum;
    }

    private static double Sum(ReadOnlySpan<float> x, double center, bool squares)
    {
        Vector256<double> lower = default, upper = default, middle = Vector256.Create(center);
        int i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (a, b) = Vector256.Widen(Vector256.Create(x[i..]));
            (a, b) = (a - middle, b - middle);
            lower += squares ? a * a : a;
            upper += squares ? b * b : b;
        }

        double sum = Vector256.Sum(lower + upper);
        for (; i < x.Length; i++)
        {
            double a = x[i] - center;
            sum += squares ? a * a : a;
        }

        return sum;
    }
}
