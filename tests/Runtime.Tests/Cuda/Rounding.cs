using Evergraph.CustomOps.Kernels;

namespace Evergraph.Runtime.Tests.Cuda;

/// <summary>
/// Whether a device computed what the reference did up to rounding: an element differs by at most one unit in its own last place, and by what
/// sums in float32 (float64 for float64) lose, relative to the largest element. Integers and bools are equal, NaN is NaN.
/// </summary>
internal static class Rounding
{
    /// <summary>The first element that differs, in words, or null.</summary>
    public static string? Difference(Tensor given, Tensor expected)
    {
        if (given.DType != expected.DType || !given.Sizes.SequenceEqual(expected.Sizes))
            return $"expected {expected.Type}, given {given.Type}";
        if (!given.DType.IsFloating())
        {
            int place = given.ReadOnlyBytes().CommonPrefixLength(expected.ReadOnlyBytes());
            return place == given.ReadOnlyBytes().Length ? null : $"element {place / given.DType.Size()}: expected {Text(expected)}, given {Text(given)}";
        }

        var a = Casts.To(given, DType.Float64).ReadOnlySpan<double>();
        var b = Casts.To(expected, DType.Float64).ReadOnlySpan<double>();
        var (unit, sums) = given.DType switch
        {
            DType.Float64 => (1e-12, 1e-12),
            DType.Float32 => (2e-6, 1e-5),
            DType.Float16 => (1.0 / 1024, 1e-3),
            _ => (1.0 / 128, 4e-3),
        };
        double largest = 0;
        foreach (double element in b)
            largest = double.IsFinite(element) ? Math.Max(largest, Math.Abs(element)) : largest;
        for (int i = 0; i < a.Length; i++)
        {
            double allowed = double.IsFinite(b[i]) ? (unit * Math.Abs(b[i])) + (sums * largest) : 0;
            if (!a[i].Equals(b[i]) && !(Math.Abs(a[i] - b[i]) <= allowed))
                return $"element {i}: expected {b[i]:R}, given {a[i]:R}; allowed is {allowed:E1}";
        }

        return null;
    }

    private static string Text(Tensor tensor) => string.Join(", ", Casts.To(tensor, DType.Int64).ReadOnlySpan<long>()[..(int)Math.Min(20, tensor.Elements)].ToArray());
}
