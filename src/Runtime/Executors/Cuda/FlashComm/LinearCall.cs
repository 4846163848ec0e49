namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>One call of a maybe-FlashComm operator on one rank: sizes and addresses.</summary>
internal readonly record struct LinearCall
{
    /// <summary>The node's number, for errors.</summary>
    public required int Node { get; init; }

    /// <summary>Whether the operands of every rank lie where <see cref="FusedProduct"/> reads them.</summary>
    public required bool MayFuse { get; init; }

    /// <summary>Tokens of a batch over all ranks, without padding.</summary>
    public required long Tokens { get; init; }

    /// <summary>How many batches.</summary>
    public required long Batches { get; init; }

    /// <summary>A row operator's [batches, tokens, K/tp], a column operator's [batches, ceil(tokens/tp), K].</summary>
    public required nint X { get; init; }

    /// <summary>This rank's weight.</summary>
    public required nint Weight { get; init; }

    /// <summary>The bias of the result's type, or 0.</summary>
    public required nint Bias { get; init; }

    /// <summary>Where the result goes.</summary>
    public required nint Result { get; init; }

    /// <summary><see cref="LayerShape.WorkspaceBytes"/> bytes.</summary>
    public required nint Workspace { get; init; }

    /// <summary><see cref="LayerShape.LaneBytes"/>: where the second lane's part of the workspace begins.</summary>
    public required long LaneBytes { get; init; }
}
