using System.Numerics;
using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>The error function, erf(x) = 2/√π · ∫₀ˣ exp(−t²) dt.</summary>
public static class ErrorFunction
{
    /// <summary>Computes erf, element by element.</summary>
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Apply(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
        }
        else
        {
            for (int i = 0; i < x.Length; i++)
                y[i] = T.CreateTruncating(Of(double.CreateTruncating(x[i])));
        }
    }

    /// <summary>
    /// erf in double precision, by its Maclaurin series for |x| &lt; 2 and the continued fraction of erfc beyond
    /// (Abramowitz and Stegun 7.1.6 and 7.1.14).
    /// </summary>
    public static double Of(double x)
    {
        double magnitude = Math.Abs(x);
        if (double.IsNaN(x))
            return x;
        if (magnitude > 6)
            return Math.CopySign(1, x);
        double square = x * x;
        if (magnitude < 2)
        {
            // 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)): every term has one sign, so nothing cancels.
            double term = x;
            double sum = x;
            for (int n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-17; n++)
            {
                term *= 2 * square / ((2 * n) + 1);
                sum += term;
            }

            return 2 / Math.Sqrt(Math.PI) * Math.Exp(-square) * sum;
        }

        // erfc(x) = exp(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), from the inside out.
        double fraction = magnitude;
        for (int n = 120; n >= 1; n--)
            fraction = magnitude + (n / 2.0 / fraction);
        return Math.CopySign(1 - (Math.Exp(-square) / (Math.Sqrt(Math.PI) * fraction)), x);
    }

    // x · P(x²)/Q(x²) on [−4, 4], where float's erf is ±1 beyond: the rational approximation of Eigen and XLA, 7 and 5
    // coefficients, highest power first. At most 4·10⁻⁷ off.
    private static void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            Approximate(new Vector<float>(x[i..])).CopyTo(y[i..]);
        if (i == x.Length)
            return;
        Span<float> rest = stackalloc float[Vector<float>.Count];
        x[i..].CopyTo(rest);
        Approximate(new Vector<float>(rest)).CopyTo(rest);
        rest[..(x.Length - i)].CopyTo(y[i..]);
    }

    private static Vector<float> Approximate(Vector<float> x)
    {
        var limited = Vector.Min(Vector.Max(x, new Vector<float>(-4)), new Vector<float>(4));
        var square = limited * limited;
        var p = new Vector<float>(-2.72614225801306e-10f);
        p = (p * square) + new Vector<float>(2.77068142495902e-08f);
        p = (p * square) + new Vector<float>(-2.10102402082508e-06f);
        p = (p * square) + new Vector<float>(-5.69250639462346e-05f);
        p = (p * square) + new Vector<float>(-7.34990630326855e-04f);
        p = (p * square) + new Vector<float>(-2.95459980854025e-03f);
        p = (p * square) + new Vector<float>(-1.60960333262415e-02f);
        var q = new Vector<float>(-1.45660718464996e-05f);
        q = (q * square) + new Vector<float>(-2.13374055278905e-04f);
        q = (q * square) + new Vector<float>(-1.68282697438203e-03f);
        q = (q * square) + new Vector<float>(-7.37332916720468e-03f);
        q = (q * square) + new Vector<float>(-1.42647390514189e-02f);
        var value = limited * p / q;
        // Rounding can pass the limits of erf by an ulp; NaN is not limited by Min and Max everywhere.
        value = Vector.Min(Vector.Max(value, -Vector<float>.One), Vector<float>.One);
        return Vector.ConditionalSelect(Vector.Equals(x, x), value, x);
    }
}
