namespace Evergraph.CustomOps.Checking;

/// <summary>
/// Whether two implementations computed the same up to rounding. Floating-point sums in another order differ by about the
/// square root of their terms in units of rounding, relative to the largest numbers that take part; a thousand terms of
/// float32 by 2e-6. The bounds leave a decimal digit over that. Integers and bools are equal.
/// </summary>
internal static class Agreement
{
    /// <summary>The first element that differs, in words, or null.</summary>
    public static string? Difference(Tensor given, Tensor expected)
    {
        if (!given.Sizes.SequenceEqual(expected.Sizes) || given.DType != expected.DType)
            return $"expected {expected}, given {given}";
        if (!given.DType.IsFloating())
            return DifferenceOfBytes(given, expected);
        var a = Scratch.As(given, DType.Float64).ReadOnlySpan<double>();
        var b = Scratch.As(expected, DType.Float64).ReadOnlySpan<double>();
        double tolerance = ToleranceOf(given.DType), largest = 0;
        foreach (double element in b)
            largest = double.IsFinite(element) ? Math.Max(largest, Math.Abs(element)) : largest;
        for (int i = 0; i < a.Length; i++)
        {
            // NaN equals NaN here, and infinities their like and nothing else.
            double allowed = double.IsFinite(b[i]) ? tolerance * (largest + Math.Abs(b[i])) : 0;
            if (!a[i].Equals(b[i]) && !(Math.Abs(a[i] - b[i]) <= allowed))
                return $"element {i}: expected {b[i]:R}, given {a[i]:R}; allowed is {allowed:E1}";
        }

        return null;
    }

    private static double ToleranceOf(DType dtype) => dtype switch
    {
        DType.Float64 => 1e-12,
        DType.Float32 => 1e-5,
        DType.Float16 => 2e-3,
        _ => 1.6e-2,
    };

    private static string? DifferenceOfBytes(Tensor given, Tensor expected)
    {
        int place = given.ReadOnlyBytes().CommonPrefixLength(expected.ReadOnlyBytes());
        return place == given.ReadOnlyBytes().Length ? null : $"element {place / given.DType.Size()}: expected {expected.DType.Name()} numbers to be equal";
    }
}
