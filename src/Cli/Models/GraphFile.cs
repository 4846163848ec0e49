using Evergraph.Graph;
using Evergraph.Graph.Text;
using Evergraph.Graph.Views;
using Evergraph.Runtime.OnnxRuntime;

namespace Evergraph.Cli.Models;

/// <summary>Writes a graph to a file; the file's ending says as what.</summary>
internal static class GraphFile
{
    private const string Onnx = ".onnx";
    private const string ModelExplorer = ".json";

    /// <summary>Refuses endings that mean nothing.</summary>
    public static void CheckKind(FileInfo file)
    {
        if (!IsModel(file) && Kind(file) != ".txt")
            _ = Writer(file);
    }

    /// <summary>Whether the file is written from the graph's numbers, not from a view.</summary>
    public static bool IsModel(FileInfo file) => Kind(file) == Onnx;

    /// <summary>Whether such a file tells what runs nodes, and how long that took.</summary>
    public static bool ShowsRuns(FileInfo file) => Kind(file) is ".html" or ModelExplorer;

    /// <summary>How many stages such a file shows at most.</summary>
    public static int ShownStages(FileInfo file) => Kind(file) switch
    {
        ".html" => int.MaxValue,
        ModelExplorer => 2,
        _ => 1,
    };

    /// <summary>Writes a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="file">The file.</param>
    /// <param name="ranks">Over how many ranks the graph is split: models are written rank by rank.</param>
    /// <param name="view">What pictures show.</param>
    /// <param name="fold">Whether pictures show modules that repeat each other once.</param>
    /// <returns>The files that were written.</returns>
    public static IReadOnlyList<string> Write(TensorGraph graph, FileInfo file, int ranks, Func<GraphView> view, bool fold = true)
    {
        if (IsModel(file))
            return OnnxFile.Save(graph, file.ToString(), new() { Ranks = ranks });
        if (Kind(file) == ".txt")
        {
            File.WriteAllText(file.FullName, GraphPrinter.Print(graph));
            return [file.ToString()];
        }

        var shown = view();
        Writer(file)(shown, fold);
        return [file.ToString(), .. Kind(file) == ModelExplorer ? WriteTimings(shown, file) : []];
    }

    private static IEnumerable<string> WriteTimings(GraphView view, FileInfo file)
    {
        foreach (var run in view.Runs)
        {
            string path = Path.ChangeExtension(file.ToString(), ".timings.json");
            File.WriteAllText(path, ModelExplorerView.WriteTimings(view, run));
            yield return path;
        }
    }

    private static string Kind(FileInfo file) => file.Extension.ToLowerInvariant();

    private static Action<GraphView, bool> Writer(FileInfo file)
    {
        void Save(string text) => File.WriteAllText(file.FullName, text);
        return Kind(file) switch
        {
            ".html" => (view, _) => HtmlView.Save(view, file.FullName),
            ".svg" => (view, fold) => Save(SvgView.Write(view, fold)),
            ".dot" => (view, fold) => Save(DotView.Write(view, fold)),
            ".mmd" => (view, fold) => Save(MermaidView.Write(view, fold)),
            ModelExplorer => (view, _) => Save(ModelExplorerView.Write(view)),
            var extension => throw new EvergraphException($"-o {file}: expected a file that ends in .html, .svg, .dot, .mmd, .json, .txt or .onnx, given '{extension}'"),
        };
    }
}
