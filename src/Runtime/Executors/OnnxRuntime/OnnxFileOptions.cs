namespace Evergraph.Runtime.OnnxRuntime;

/// <summary>How <see cref="OnnxFile"/> writes.</summary>
public sealed record OnnxFileOptions
{
    /// <summary>How many ranks share the graph, at least 1. Each rank of a split graph gets a file of its own.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>
    /// The most bytes that a model is written with in one file; of a larger one the weights lie in a file beside it. No file of this format
    /// may reach 2 GiB, so the default of 1.5 GB leaves room for tools that add to a model.
    /// </summary>
    public long MaxModelBytes { get; init; } = 1_500_000_000;
}
