namespace Evergraph.CustomOps;

/// <summary>
/// A size cut into equal parts of c = ceil(size / parts), one a rank: rank r has r·c … (r+1)·c − 1, of which those below
/// the size are real and the rest is padding. Late ranks may have nothing but padding.
/// </summary>
/// <param name="Size">The whole size, without padding.</param>
/// <param name="Parts">How many parts, at least 1.</param>
public readonly record struct Partition(long Size, int Parts)
{
    /// <summary>The size of a part with its padding.</summary>
    public long Part => (Size + Parts - 1) / Parts;

    /// <summary>The size of all parts with their padding.</summary>
    public long Padded => Part * Parts;

    /// <summary>Where a rank's real part begins; <see cref="Size"/> where it has none.</summary>
    public long First(int rank) => Math.Min(Size, rank * Part);

    /// <summary>How much of a rank's part is real.</summary>
    public long Count(int rank) => First(rank + 1) - First(rank);
}
