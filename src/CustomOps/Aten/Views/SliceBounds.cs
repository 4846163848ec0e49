namespace Evergraph.CustomOps.Aten;

/// <summary>What <c>start:end:step</c> selects along an axis, as in Python: negative bounds count from the end, all are clamped.</summary>
internal static class SliceBounds
{
    /// <summary>How many elements: ⌈max(0, end − start) / step⌉ after clamping.</summary>
    /// <exception cref="ShapeException">The step is not at least 1.</exception>
    public static Dim Length(Dim size, Dim? start, Dim? end, Dim step)
    {
        Require(step >= 1, "a slice's step is at least 1");
        return Dim.CeilDiv(Span(size, start ?? 0, end ?? long.MaxValue), step);
    }

    /// <summary>The first element and how many there are.</summary>
    public static (long Start, long Length) Of(long size, long? start, long? end, long step)
    {
        long first = Clamp(start ?? 0, size);
        long last = Clamp(end ?? long.MaxValue, size);
        long span = Math.Max(0, last - first);
        return (first, (span / step) + (span % step == 0 ? 0 : 1));
    }

    /// <summary>
    /// max(0, end − start), written so that what models write comes out plain: <c>[k:]</c> as max(0, n − k), <c>[:k]</c> as
    /// min(k, n), <c>[-k:]</c> as min(k, n) and <c>[:-k]</c> as max(0, n − k). A start of at least 0 needs no clamp: past the end
    /// the difference is negative.
    /// </summary>
    private static Dim Span(Dim size, Dim start, Dim end)
    {
        bool open = end.Equals(long.MaxValue) || (end - size >= 0).Proof == Truth.True;
        if (open && start.Range.Max < 0)
            return Dim.Min(-start, size);
        Dim last = open ? size : Clamp(end, size);
        return Dim.Max(0, last - (start.Range.Min >= 0 ? start : Clamp(start, size)));
    }

    private static Dim Clamp(Dim bound, Dim size)
    {
        if (bound.Range.Min >= 0)
            return Dim.Min(bound, size);
        if (bound.Range.Max < 0)
            return Dim.Max(bound + size, 0);
        // max(-1, min(bound, 0)) is -1 for a negative bound and 0 for others.
        Dim fromStart = bound - (size * Dim.Max(-1, Dim.Min(bound, 0)));
        return Dim.Max(0, Dim.Min(fromStart, size));
    }

    private static long Clamp(long bound, long size) => bound < 0 ? Math.Max(0, bound + size) : Math.Min(bound, size);
}
