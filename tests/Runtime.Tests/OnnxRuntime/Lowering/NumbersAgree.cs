using Evergraph.CustomOps.Kernels;

namespace Evergraph.Runtime.Tests.OnnxRuntime.Lowering;

/// <summary>
/// Whether a lowering computed what the reference did, up to rounding: relative to the largest numbers that take part, as the operator
/// check compares implementations. Integers and bools are equal, NaN is NaN.
/// </summary>
internal static class NumbersAgree
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
        double tolerance = ToleranceOf(given.DType), largest = 0;
        foreach (double element in b)
            largest = double.IsFinite(element) ? Math.Max(largest, Math.Abs(element)) : largest;
        for (int i = 0; i < a.Length; i++)
        {
            double allowed = double.IsFinite(b[i]) ? tolerance * (largest + Math.Abs(b[i])) : 0;
            if (!a[i].Equals(b[i]) && !(Math.Abs(a[i] - b[i]) <= allowed))
                return $"element {i}: expected {b[i]:R}, given {a[i]:R}; allowed is {allowed:E1}";
        }

        return null;
    }

    private static string Text(Tensor tensor) => string.Join(", ", Casts.To(tensor, DType.Int64).ReadOnlySpan<long>()[..(int)Math.Min(20, tensor.Elements)].ToArray());

    private static double ToleranceOf(DType dtype) => dtype switch
    {
        DType.Float64 => 1e-12,
        DType.Float32 => 1e-5,
        DType.Float16 => 2e-3,
        _ => 1.6e-2,
    };
}
