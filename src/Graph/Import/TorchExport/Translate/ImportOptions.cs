namespace Evergraph.Graph.Import.TorchExport;

/// <summary>How a model is imported.</summary>
public sealed record ImportOptions
{
    /// <summary>The options when none are given.</summary>
    public static ImportOptions Default { get; } = new();

    /// <summary>What the file may make this process do.</summary>
    public ImportLimits Limits { get; init; } = ImportLimits.Default;

    /// <summary>
    /// Whether sizes that the file declares from 2 on are tried from 0 and 1. PyTorch declares 2 for every dynamic size
    /// it did not pin, because it treats 0 and 1 as special.
    /// </summary>
    public bool WidenRanges { get; init; } = true;
}
