using System.Globalization;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>One way to run a maybe-FlashComm operator. Every rank of a call takes the same.</summary>
/// <param name="Overlaps">Whether communication overlaps with the product; otherwise one comes after the other.</param>
/// <param name="Copies">Whether finished rows travel by copies; otherwise products write them where they belong, at the other rank.</param>
/// <param name="Chunks">Into how many chunks a rank's rows are cut.</param>
internal readonly record struct FlashCommVariant(bool Overlaps, bool Copies, int Chunks)
{
    /// <summary>The product, then communication, or the other way round.</summary>
    public static FlashCommVariant InTurn { get; } = new(false, false, 1);

    /// <summary>The ways of row operators. Products of quantised layers are written by a kernel of ours, which stores at the other rank at once.</summary>
    public static IReadOnlyList<FlashCommVariant> OfRows(bool isQuantized) =>
        isQuantized ? [new(true, false, 1), new(true, false, 2), new(true, false, 4)]
        : [new(true, false, 1), new(true, false, 2), new(true, false, 4), new(true, true, 1), new(true, true, 2), new(true, true, 4)];

    /// <summary>The ways of column operators, whose rows always travel by copies.</summary>
    public static IReadOnlyList<FlashCommVariant> OfColumns { get; } = [new(true, true, 1), new(true, true, 2), new(true, true, 4)];

    /// <summary>Such as <c>in turn</c> or <c>2 chunks by copies</c>.</summary>
    public override string ToString() => !Overlaps ? "in turn"
        : string.Create(CultureInfo.InvariantCulture, $"{Chunks} chunk{(Chunks == 1 ? "" : "s")}{(Copies ? " by copies" : "")}");
}
