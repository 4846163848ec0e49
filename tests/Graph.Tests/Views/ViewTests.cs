using System.Runtime.CompilerServices;
using Evergraph.Graph.Text;
using Evergraph.Graph.Views;

namespace Evergraph.Graph.Tests.Views;

/// <summary>Pictures as text goldens; <c>EVERGRAPH_UPDATE_GOLDENS=1</c> rewrites them.</summary>
public class ViewTests
{
    private const string Model = """
        symbol s0 = 0..64
        input %0 "x": float32[s0, 4]
        parameter %1 "layers.0.mlp.w": float32[4, 4] shard(0, 2)
        parameter %2 "unread": float32[1]
        %3 = test::mm(a=%0, b=%1) : float32[s0, 4] @ "layers.0.mlp" "m.cs":1
        %4 = test::find(x=%3, what="<script>alert(\"1\")</script>") : int64[s0, 2] @ "layers.0" "m.cs":2
        output %4 "y"
        """;

    [Theory]
    [InlineData("graph.dot")]
    [InlineData("graph.mmd")]
    public void Pictures_are_what_the_golden_says(string file)
    {
        var graph = GraphParser.Parse(Model, TestOperators.Registry);
        string text = (file.EndsWith(".dot", StringComparison.Ordinal) ? DotView.Write(GraphView.Of(graph)) : MermaidView.Write(GraphView.Of(graph))).ReplaceLineEndings("\n");
        string path = Path.Combine(Folder(), "Goldens", file);
        if (Environment.GetEnvironmentVariable("EVERGRAPH_UPDATE_GOLDENS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void A_hostile_module_name_neither_breaks_out_nor_nests_without_end()
    {
        string name = "\"];\n" + string.Join('.', Enumerable.Repeat("a", 5000));
        var graph = new TensorGraph([new("x", new(DType.Float32, [1]))], [], [new(TestOperators.Mutate, [TestOperators.Of(new(0))], [new(DType.Float32, [1])], new(name, "", 0))], [], []);

        Assert.DoesNotContain("\"];\n", DotView.Write(GraphView.Of(graph)).Replace("\\\"];", "", StringComparison.Ordinal).Split("digraph")[1].Split("subgraph")[1].Split(';')[0], StringComparison.Ordinal);
        Assert.True(MermaidView.Write(GraphView.Of(graph)).Split("subgraph").Length <= 65);
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
