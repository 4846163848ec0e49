using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.Cli.Models;

/// <summary>How far a result is from what was expected.</summary>
/// <param name="Passed">Whether |given − expected| ≤ atol + rtol · |expected| for every element; integers must be equal.</param>
/// <param name="WorstAbsolute">The largest |given − expected|.</param>
/// <param name="WorstRelative">The largest |given − expected| / |expected|, where that is not a division by zero.</param>
/// <param name="Fault">What does not fit at all, such as the sizes; empty otherwise.</param>
internal sealed record Comparison(bool Passed, double WorstAbsolute, double WorstRelative, string Fault)
{
    /// <summary>Compares one result; NaN equals NaN, and an infinity itself.</summary>
    public static Comparison Of(Tensor given, Tensor expected, double rtol, double atol)
    {
        if (given.DType != expected.DType || !given.Sizes.SequenceEqual(expected.Sizes))
            return new(false, double.PositiveInfinity, double.PositiveInfinity, $"expected {expected.Type}, given {given.Type}");
        var a = Casts.To(given, DType.Float64).ReadOnlySpan<double>();
        var b = Casts.To(expected, DType.Float64).ReadOnlySpan<double>();
        bool exact = !expected.DType.IsFloating();
        bool passed = !exact || given.ReadOnlyBytes().SequenceEqual(expected.ReadOnlyBytes());
        double absolute = 0;
        double relative = 0;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i].Equals(b[i]))
                continue;
            double difference = Math.Abs(a[i] - b[i]);
            difference = double.IsNaN(difference) ? double.PositiveInfinity : difference;
            absolute = Math.Max(absolute, difference);
            relative = b[i] == 0 ? relative : Math.Max(relative, difference / Math.Abs(b[i]));
            passed &= exact || difference <= atol + (rtol * Math.Abs(b[i]));
        }

        return new(passed, absolute, relative, "");
    }

    /// <summary>The worse of two.</summary>
    public Comparison And(Comparison other) => new(
        Passed && other.Passed,
        Math.Max(WorstAbsolute, other.WorstAbsolute),
        Math.Max(WorstRelative, other.WorstRelative),
        Fault.Length > 0 ? Fault : other.Fault);
}
