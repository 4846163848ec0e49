using System.Globalization;
using Evergraph.Runtime.Cuda.Communication;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>How communication and product come together.</summary>
internal enum FlashCommWay
{
    /// <summary>The product, then communication, or the other way round.</summary>
    InTurn,

    /// <summary>Row operators: products write to the owner of the rows, each rank into a slot of its own there, and the owner sums the slots.</summary>
    Slots,

    /// <summary>The same with rows that are computed here and then travel by copies: stores of products at another rank are slow.</summary>
    SlotCopies,

    /// <summary>W8A8 row operators: one kernel multiplies, sends each tile to its owner as it is done, and adds what arrives to the own ones.</summary>
    Fused,

    /// <summary>Row operators: rows go from rank to rank, each of which computes its own on top of what arrives.</summary>
    Ring,

    /// <summary>The same with rows that are computed here and then travel by copies; column operators: rows travel by copies while others are multiplied.</summary>
    Copies,
}

/// <summary>One way to run a maybe-FlashComm operator. Every rank of a call takes the same.</summary>
/// <param name="Way">The way.</param>
/// <param name="Chunks">Into how many chunks a rank's rows are cut.</param>
internal readonly record struct FlashCommVariant(FlashCommWay Way, int Chunks)
{
    /// <summary>
    /// Whether products run one after another. Side by side one's last blocks and the next one's first share the device, but two that fill it each
    /// end together, and what the first has to send leaves late.
    /// </summary>
    public bool IsSerial { get; init; }

    /// <summary>Whether rows travel as <see cref="PackedSums"/>; where a part is too small for them, as they are.</summary>
    public bool IsPacked { get; init; }

    /// <summary>Whether communication overlaps with the product.</summary>
    public bool Overlaps => Way != FlashCommWay.InTurn;

    /// <summary>The product, then communication, or the other way round.</summary>
    public static FlashCommVariant InTurn { get; } = new(FlashCommWay.InTurn, 1);

    /// <summary>The ways of row operators that overlap.</summary>
    public static IReadOnlyList<FlashCommVariant> OfRows { get; } =
    [
        new(FlashCommWay.Slots, 1), new(FlashCommWay.Slots, 1) { IsSerial = true }, new(FlashCommWay.Slots, 2), new(FlashCommWay.Ring, 1), new(FlashCommWay.Ring, 2),
        new(FlashCommWay.SlotCopies, 1), new(FlashCommWay.SlotCopies, 1) { IsSerial = true }, new(FlashCommWay.SlotCopies, 2), new(FlashCommWay.SlotCopies, 2) { IsSerial = true },
        new(FlashCommWay.Copies, 2), new(FlashCommWay.Copies, 3), new(FlashCommWay.Copies, 4),
    ];

    /// <summary>The ways of row operators whose sums are packed.</summary>
    public static IReadOnlyList<FlashCommVariant> OfPackedRows { get; } =
        [new(FlashCommWay.Fused, 1) { IsPacked = true }, .. OfRows.Select(variant => variant with { IsPacked = true })];

    /// <summary>The ways of column operators that overlap.</summary>
    public static IReadOnlyList<FlashCommVariant> OfColumns { get; } =
    [
        new(FlashCommWay.Copies, 1), new(FlashCommWay.Copies, 1) { IsSerial = true }, new(FlashCommWay.Copies, 2), new(FlashCommWay.Copies, 2) { IsSerial = true },
        new(FlashCommWay.Copies, 4),
    ];

    /// <summary>The lane on which a call's products run.</summary>
    /// <param name="turn">Which product of the call.</param>
    public int LaneOf(int turn) => IsSerial ? 0 : turn % OverlapStreams.Lanes;

    /// <summary>Such as <c>in turn</c>, <c>ring, 2</c> or <c>slots, 1, serial, packed</c>, with the number of chunks.</summary>
    public override string ToString()
    {
        string name = Way switch
        {
            FlashCommWay.InTurn => "in turn",
            FlashCommWay.SlotCopies => "slots by copies",
            FlashCommWay.Slots => "slots",
            FlashCommWay.Ring => "ring",
            FlashCommWay.Fused => "fused",
            _ => "copies",
        };
        return Overlaps ? string.Create(CultureInfo.InvariantCulture, $"{name}, {Chunks}{(IsSerial ? ", serial" : "")}{(IsPacked ? ", packed" : "")}") : name;
    }
}
