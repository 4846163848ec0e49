using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

/// <summary>Plain float64 loops that say what products are, and comparisons with them.</summary>
internal static class Oracle
{
    /// <summary>C[m, n] = A[m, k] · B[k, n].</summary>
    public static double[] Product(double[] a, double[] b, long m, long n, long k)
    {
        var c = new double[m * n];
        for (long i = 0; i < m; i++)
        {
            for (long j = 0; j < n; j++)
            {
                for (long l = 0; l < k; l++)
                    c[(i * n) + j] += a[(i * k) + l] * b[(l * n) + j];
            }
        }

        return c;
    }

    /// <summary>The transpose of [rows, columns].</summary>
    public static double[] Transpose(double[] matrix, long rows, long columns)
    {
        var transposed = new double[matrix.Length];
        for (long i = 0; i < matrix.Length; i++)
            transposed[(i % columns * rows) + (i / columns)] = matrix[i];
        return transposed;
    }

    /// <summary>
    /// The numbers agree to some roundings of the tensor's type, relative to <paramref name="magnitude"/>: the size that
    /// the summed terms can have.
    /// </summary>
    public static void AssertClose(double[] expected, Tensor given, string what, double magnitude = 1, double roundings = 8)
    {
        var numbers = Numbers.ToDoubles(given);
        Assert.True(expected.Length == numbers.Length, $"{what}: expected {expected.Length} elements, given {given}");
        double epsilon = given.DType.IsFloating() ? Numbers.Epsilon(given.DType) : 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            double bound = roundings * epsilon * Math.Max(magnitude, Math.Abs(expected[i]));
            bool same = expected[i].Equals(numbers[i]) || Math.Abs(expected[i] - numbers[i]) <= bound;
            Assert.True(same, $"{what}: element {i}: expected {expected[i]:R} to within {bound:g2}, given {numbers[i]:R}");
        }
    }
}
