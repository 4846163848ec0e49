using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>What is known of a maybe-FlashComm operator when a graph is compiled; operators with equal ones run the same way.</summary>
/// <param name="IsRow">Whether the inputs are split and the result is summed; otherwise the outputs are, and tokens are gathered.</param>
/// <param name="Features">N on one rank.</param>
/// <param name="Inputs">K on one rank.</param>
/// <param name="Operand">The type of x and of the weight.</param>
/// <param name="Result">The type of the result.</param>
/// <param name="Scale">The type of a quantised weight's scales; null where the layer is not quantised.</param>
/// <param name="Ranks">How many ranks share the layer.</param>
internal sealed record LayerShape(bool IsRow, long Features, long Inputs, DType Operand, DType Result, DType? Scale, int Ranks)
{
    /// <summary>Whether sums may be packed where they can.</summary>
    public bool AllowsPacking { get; init; } = true;

    /// <summary>Whether partial sums travel as <see cref="PackedSums"/>, which are not as exact as types of more digits than bfloat16.</summary>
    public bool IsPacked => AllowsPacking && IsRow && IsQuantized && Result == DType.BFloat16 && Features % PackedSums.RecordFeatures == 0;

    /// <summary>Whether products are int8.</summary>
    public bool IsQuantized => Scale is not null;

    /// <summary>The bytes of a row of x.</summary>
    public long RowBytesOfX => Inputs * Operand.Size();

    /// <summary>The bytes of a row of the result.</summary>
    public long RowBytesOfResult => Features * Result.Size();

    /// <summary>The ways to run it, the one without overlap first.</summary>
    public IReadOnlyList<FlashCommVariant> Variants => [FlashCommVariant.InTurn, .. !IsRow ? FlashCommVariant.OfColumns : IsPacked ? FlashCommVariant.OfPackedRows : FlashCommVariant.OfRows];

    /// <summary>Rows of a rank's part over all batches.</summary>
    public Dim RowsOfPart(Dim tokens, Dim batches) => batches * Dim.CeilDiv(tokens, Ranks);

    /// <summary>The bytes of a buffer in symmetric memory that a call needs.</summary>
    /// <param name="rows">From <see cref="RowsOfPart"/>.</param>
    public Dim BufferBytes(Dim rows) => rows * Ranks * (IsRow ? RowBytesOfResult : RowBytesOfX);

    /// <summary>The bytes that each lane needs.</summary>
    /// <param name="rows">From <see cref="RowsOfPart"/>.</param>
    public Dim LaneBytes(Dim rows) => ProductLibrary.WorkspaceBytes + (IsQuantized ? Dim.CeilDiv(rows * Ranks * Features * sizeof(int), 256) * 256 : 0);

    /// <summary>The bytes of workspace that a call needs: lanes, and rows that wait to be copied.</summary>
    /// <param name="rows">From <see cref="RowsOfPart"/>.</param>
    public Dim WorkspaceBytes(Dim rows) =>
        (OverlapStreams.Lanes * LaneBytes(rows)) + (IsRow ? rows * (Ranks - 1) * RowBytesOfResult : 0);

    /// <summary>Such as <c>row bfloat16 12288 → 4096</c>, with the sizes over all ranks.</summary>
    public override string ToString() =>
        $"{(IsRow ? "row" : "column")} {(IsQuantized ? "w8a8" : Operand.Name())} {(IsRow ? Inputs * Ranks : Inputs)} → {(IsRow ? Features : Features * Ranks)}";
}
