using System.Runtime.CompilerServices;
using Evergraph.Graph;
using Evergraph.Graph.Text;

namespace Evergraph.Passes.Tests;

/// <summary>
/// File tests: a graph as text, a pass, and the graph after it. <c>EVERGRAPH_UPDATE_GOLDENS=1</c> rewrites what comes after
/// the line of signs; review is the diff.
/// </summary>
public class GoldenTests
{
    private const string Separator = "=====\n";

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder(), "*.txt").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    // A graph before it is split runs on one rank, and after it on several: the laws compare those.
    // Split graphs run on several ranks, and quantising changes numbers: both have tests of their own.
    public static TheoryData<string> FilesOfOneGraph =>
        [.. Files.Select(row => row.Data).Where(file => !new[] { "shard-", "use-flashcomm", "quantize-" }.Any(prefix => file.StartsWith(prefix, StringComparison.Ordinal)))];

    [Theory]
    [MemberData(nameof(Files))]
    public void After_is_what_the_file_says(string file)
    {
        string path = Path.Combine(Folder(), file);
        string[] parts = File.ReadAllText(path).ReplaceLineEndings("\n").Split(Separator);
        string name = parts[0].Split('\n')[0]["# pass: ".Length..];
        var before = GraphParser.Parse(parts[0], PassesByName.Registry);
        Assert.Empty(GraphVerifier.Verify(before));

        var result = Apply(name, before);

        var trace = result.Rewrites.Select(rewrite => $"# {rewrite.Rule}\n").Distinct();
        string after = string.Concat(trace) + GraphPrinter.Print(result.Graph).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("EVERGRAPH_UPDATE_GOLDENS") == "1")
            File.WriteAllText(path, parts[0] + Separator + after);
        else
            Assert.Equal(parts[1], after);
        Assert.Empty(GraphVerifier.Verify(result.Graph));
        Assert.False(Apply(name, result.Graph).Changed, "the second run changed something");
    }

    [Theory]
    [MemberData(nameof(FilesOfOneGraph))]
    public void The_numbers_stay(string file)
    {
        string text = File.ReadAllText(Path.Combine(Folder(), file)).ReplaceLineEndings("\n").Split(Separator)[0];
        string name = text.Split('\n')[0]["# pass: ".Length..];
        var before = GraphParser.Parse(text, PassesByName.Registry, GraphNumbers.Draw);

        GraphNumbers.AssertSame(before, Apply(name, before).Graph, file);
    }

    // "default" is the pipeline for one rank.
    private static PassResult Apply(string name, TensorGraph graph)
    {
        if (name != "default")
            return PassesByName.Goldens[name].Run(graph, PassesByName.Context);
        var records = PassPipelines.Default().Run(graph, PassesByName.Context);
        return new(records[^1].After, [.. records.SelectMany(record => record.Rewrites)]);
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Goldens");
}
