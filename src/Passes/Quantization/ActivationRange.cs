using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Between which numbers a layer's input was seen, and the asymmetric int8 that covers them.</summary>
/// <remarks>
/// With lo = min(Min, 0) and hi = max(Max, 0), <c>scale = (hi − lo) / 255</c> and <c>zero_point = round(−128 − lo / scale)</c>.
/// So 0 is a number of int8, exactly, and every x in [lo, hi] comes back as scale·(q − zero_point) to within scale / 2: the
/// rounding of the zero-point moves the ends of the range by at most half a step.
/// </remarks>
public sealed record ActivationRange
{
    // The smallest normal float32: quotients by a smaller scale are not to half a step.
    internal const double LeastScale = 1.1754943508222875e-38;

    /// <summary>Creates a range.</summary>
    /// <exception cref="EvergraphException">The ends are not finite, or not in order.</exception>
    public ActivationRange(double min, double max)
    {
        if (!double.IsFinite(min) || !double.IsFinite(max) || min > max)
            throw new EvergraphException($"a range is two finite numbers, the lower one first: given {FloatText.Format(min)} to {FloatText.Format(max)}");
        Min = min;
        Max = max;
    }

    /// <summary>The least number seen.</summary>
    public double Min { get; }

    /// <summary>The greatest number seen.</summary>
    public double Max { get; }

    /// <summary>The size of a step, a float32 above 0; 1 where only zeros were seen.</summary>
    public double Scale => IsZero ? 1 : Math.Max((float)((Math.Max(Max, 0) / 255) - (Math.Min(Min, 0) / 255)), LeastScale);

    /// <summary>The int8 that stands for 0.</summary>
    public int ZeroPoint => IsZero ? 0 : (int)Math.Clamp(Math.Round(sbyte.MinValue - (Math.Min(Min, 0) / Scale)), sbyte.MinValue, sbyte.MaxValue);

    private bool IsZero => Min == 0 && Max == 0;

    /// <summary>The smallest range with both in it.</summary>
    public ActivationRange Join(ActivationRange other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));

    /// <inheritdoc/>
    public override string ToString() => $"[{FloatText.Format(Min)}, {FloatText.Format(Max)}]";
}
