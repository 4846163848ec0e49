namespace Evergraph.Graph;

/// <summary>
/// Proven bounds, both included. <see cref="long.MinValue"/> and <see cref="long.MaxValue"/> mean that none is known.
/// Every value lies inside; the ends themselves need not be reached.
/// </summary>
public readonly record struct DimRange(long Min, long Max)
{
    /// <summary>Whether a value lies inside.</summary>
    public bool Contains(long value) => Min <= value && value <= Max;

    /// <summary><c>2..4096</c>; an unknown end is left out.</summary>
    public override string ToString() =>
        $"{(Min == long.MinValue ? "" : Min)}..{(Max == long.MaxValue ? "" : Max)}";
}
