using Evergraph.Graph;
using Evergraph.Graph.Text;
using Evergraph.Graph.Views;
using Evergraph.Runtime.OnnxRuntime;

namespace Evergraph.Cli.Models;

/// <summary>Writes a graph to a file; the file's ending says as what.</summary>
internal static class GraphFile
{
    private const string Onnx = ".onnx";

    /// <summary>Refuses endings that mean nothing.</summary>
    public static void CheckKind(FileInfo file)
    {
        if (Kind(file) != Onnx)
            _ = Writer(file);
    }

    /// <summary>Writes a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="file">The file.</param>
    /// <param name="ranks">Over how many ranks the graph is split: models are written rank by rank.</param>
    /// <param name="view">What pictures show.</param>
    /// <returns>The files that were written.</returns>
    public static IReadOnlyList<string> Write(TensorGraph graph, FileInfo file, int ranks, Func<GraphView>? view = null)
    {
        if (Kind(file) == Onnx)
            return OnnxFile.Save(graph, file.ToString(), new() { Ranks = ranks });
        File.WriteAllText(file.FullName, Writer(file)(graph, view ?? (() => GraphView.Of(graph))));
        return [file.ToString()];
    }

    private static string Kind(FileInfo file) => file.Extension.ToLowerInvariant();

    private static Func<TensorGraph, Func<GraphView>, string> Writer(FileInfo file) => Kind(file) switch
    {
        ".txt" => (graph, _) => GraphPrinter.Print(graph),
        ".dot" => (_, view) => DotView.Write(view()),
        ".mmd" => (_, view) => MermaidView.Write(view()),
        ".viewjson" => (_, view) => ViewJson.Write(view()),
        var extension => throw new EvergraphException($"-o {file}: expected a file that ends in .txt, .dot, .mmd or .onnx, given '{extension}'"),
    };
}
