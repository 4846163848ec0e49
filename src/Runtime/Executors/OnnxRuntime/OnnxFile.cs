using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Saving;

namespace Evergraph.Runtime.OnnxRuntime;

/// <summary>
/// Writes graphs as .onnx files that other tools open. Operators that ONNX does not have are nodes of the domain <c>evergraph</c>:
/// <see cref="OnnxRuntimeOperators"/> brings them into sessions.
/// </summary>
/// <remarks>
/// A buffer that runs overwrite is an input, which need not be given: the model's own numbers are its default; its new value is an output.
/// The model's metadata tell which output is the new value of which input, the ranges of symbols, and the requirements on sizes, which
/// nothing checks outside Evergraph.
/// </remarks>
public static class OnnxFile
{
    /// <summary>Writes a compiled graph: what it became by the passes.</summary>
    /// <inheritdoc cref="Save(TensorGraph, string, OnnxFileOptions?)"/>
    public static IReadOnlyList<string> Save(CompiledGraph compiled, string path, OnnxFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        return Save(compiled.Graph, path, (options ?? new()) with { Ranks = compiled.Ranks });
    }

    /// <summary>Writes a graph, before or after passes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="path">
    /// The file. It is replaced when everything is written, not before. Weights that do not fit lie beside it in <c>PATH.data</c>. Of a graph that
    /// is split over ranks, each rank's part is a file: <c>model.rank0.onnx</c>, <c>model.rank1.onnx</c>, …
    /// </param>
    /// <param name="options">Ranks and the largest file, or null for the defaults.</param>
    /// <returns>The models that were written, one for each rank, or one.</returns>
    /// <exception cref="InvalidGraphException">The graph does not verify.</exception>
    /// <exception cref="EvergraphException">The file cannot be written, or the graph is split over another number of ranks.</exception>
    public static IReadOnlyList<string> Save(TensorGraph graph, string path, OnnxFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        GraphVerifier.ThrowIfInvalid(graph);
        CheckRanks(graph, options.Ranks);
        bool split = options.Ranks > 1 && SplitGraphs.NeedGroup(graph);
        string[] paths = split ? [.. Enumerable.Range(0, options.Ranks).Select(rank => PathOf(path, rank))] : [path];
        using var files = new PendingFiles();
        try
        {
            for (int rank = 0; rank < paths.Length; rank++)
                new OnnxFileWriter(graph, rank, options).Write(paths[rank], files);
            files.Commit();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new EvergraphException(
                $"saving {path}: {exception.Message.ReplaceLineEndings(" ")}: expected a file in a folder that exists, may be written and has room for the weights", exception);
        }

        return paths;
    }

    private static void CheckRanks(TensorGraph graph, int ranks)
    {
        if (ranks < 1)
            throw new EvergraphException($"OnnxFileOptions.Ranks is a number of ranks: expected at least 1, given {ranks}");
        foreach (var parameter in graph.Parameters)
        {
            if (parameter.Sharding is { } sharding && sharding.Parts != ranks)
                throw new EvergraphException($"parameter {parameter.Name} is cut into {sharding.Parts} parts: expected OnnxFileOptions.Ranks = {sharding.Parts}, given {ranks}");
        }
    }

    private static string PathOf(string path, int rank)
    {
        string extension = Path.GetExtension(path);
        return $"{path[..^extension.Length]}.rank{rank}{extension}";
    }
}
