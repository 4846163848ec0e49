using System.Text.Json;
using Evergraph.Graph.Tests.Views;

namespace Evergraph.Cli.Tests;

public sealed class ViewTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-view-").FullName;

    public static TheoryData<string> Fixtures =>
        [.. Directory.GetFiles(Path.GetDirectoryName(Command.Fixture("x"))!, "*.pt2").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Every_fixture_s_pictures_keep_their_formats(string fixture)
    {
        ModelExplorerFormat.CheckGraphs(JsonDocument.Parse(View(fixture, "graph.json")).RootElement);
        DotGrammar.Check(View(fixture, "graph.dot", "--unfold"));
        DotGrammar.Check(View(fixture, "graph.dot"));
    }

    [Theory]
    [InlineData("qwen3.pt2", 2, "--stage", "before")]
    [InlineData("qwen3.pt2", 2)]
    [InlineData("qwen3.pt2", 2, "--tp", "2", "--flashcomm", "1000")]
    [InlineData("qwen3_28layers.pt2", 28)]
    [InlineData("qwen3_28layers.pt2", 28, "--tp", "2", "--flashcomm", "1000")]
    public void Layers_are_folded_into_one(string fixture, int layers, params string[] options)
    {
        Assert.Contains($"label=\"0 × {layers}\"", View(fixture, "graph.dot", options), StringComparison.Ordinal);
        Assert.Contains($">0 × {layers}<", View(fixture, "graph.svg", options), StringComparison.Ordinal);
        Assert.Contains($"[\"0 × {layers}\"]", View(fixture, "graph.mmd", options), StringComparison.Ordinal);
        Assert.DoesNotContain("×", View(fixture, "graph.dot", [.. options, "--unfold"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_is_written_whole_or_not_at_all()
    {
        string file = Path.Combine(_folder, "page.html");
        var command = Command.Run("view", Command.Fixture("mlp.pt2"), "-o", file);
        if (command.Status != 0)
        {
            // A build without Node.js.
            Assert.Contains("this build of Evergraph has no page for .html", command.Refusal(), StringComparison.Ordinal);
            Assert.False(File.Exists(file));
            return;
        }

        const string begin = "<script type=\"application/json\" id=\"graph\">";
        string page = File.ReadAllText(file);
        int from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var document = JsonDocument.Parse(page[from..page.IndexOf("</script>", from, StringComparison.Ordinal)]).RootElement;
        Assert.Equal("evergraph-view/1", document.GetProperty("format").GetString());
        Assert.EndsWith("</html>", page.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fold_says_where_its_layers_differ()
    {
        string text = View("qwen3_28layers.pt2", "graph.dot");
        Assert.Contains("[label=\"evergraph::rms_norm\\nin 1–27: evergraph::rms_norm.residual\"]", text, StringComparison.Ordinal);
        Assert.Contains("in 1–27: residual comes from evergraph::rms_norm.residual", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_maybe_node_shows_both_branches()
    {
        string text = View("qwen3.pt2", "graph.json", "--tp", "2", "--flashcomm", "1000");
        Assert.Contains("enabled && 2 > 1 && s70 > 1000", text, StringComparison.Ordinal);
        Assert.Contains("send this rank's rows to all others", text, StringComparison.Ordinal);
        Assert.Contains("reduce-scatter: each rank gets the sum of its rows", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Timings_of_a_run_lie_beside_the_graph()
    {
        string graph = View("qwen3.pt2", "graph.json", "--tokens", "8", "--tp", "2", "--flashcomm", "4");
        string timings = File.ReadAllText(Path.Combine(_folder, "graph.timings.json"));
        ModelExplorerFormat.CheckNodeData(JsonDocument.Parse(timings).RootElement, JsonDocument.Parse(graph).RootElement);
        Assert.Contains("reference, s70 = 8", timings, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("txt", "--tokens", "8", "--tokens: timings are shown in pages and in Model Explorer: expected -o with a file that ends in .html or .json")]
    [InlineData("json", "--backend", "onnxruntime", "the onnxruntime backend does not tell the steps of a run apart")]
    [InlineData("json", "--stage", "before", "--tokens: what runs is the graph after the passes: expected --stage after, given --stage before")]
    public void Timings_that_cannot_be_taken_are_refused(string extension, string option, string value, string reason)
    {
        string[] args = ["view", Command.Fixture("mlp.pt2"), "-o", Path.Combine(_folder, $"graph.{extension}"), option, value];
        Assert.StartsWith(reason, Command.Run(option == "--tokens" ? args : [.. args, "--tokens", "8"]).Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dot")]
    [InlineData("mmd")]
    [InlineData("svg")]
    [InlineData("json")]
    public void A_graph_that_does_not_verify_is_drawn_with_its_fault(string extension)
    {
        string file = Path.Combine(_folder, "broken.txt"), picture = Path.Combine(_folder, $"broken.{extension}");
        File.WriteAllText(file, "input %0 \"x\": float32[3, 4]\nparameter %1 \"w\": float32[5000000, 99]\n%2 = aten::mm(self=%0, mat2=%1) : float32[3, 99]\noutput %2 \"y\"\n");
        var command = Command.Run("view", file, "-o", picture);

        Assert.Equal(0, command.Status);
        Assert.StartsWith("evergraph: the graph does not verify: aten::mm: ", command.Error, StringComparison.Ordinal);
        string fault = command.Error["evergraph: the graph does not verify: ".Length..].TrimEnd();
        Assert.Contains(fault[..40], File.ReadAllText(picture), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_read_back_and_has_no_numbers()
    {
        string text = View("qwen3.pt2", "graph.txt", "--tp", "2"), file = Path.Combine(_folder, "graph.txt");
        Assert.Equal(0, Command.Run("view", file, "-o", Path.Combine(_folder, "again.txt")).Status);
        Assert.Equal(text, File.ReadAllText(Path.Combine(_folder, "again.txt")));
        const string reason = "a graph as text has no numbers to run with or to save: expected a PyTorch export (.pt2)";
        Assert.EndsWith(reason, Command.Run("view", file, "-o", Path.Combine(_folder, "x.onnx")).Refusal(), StringComparison.Ordinal);
        Assert.EndsWith(reason, Command.Run("view", file, "-o", Path.Combine(_folder, "x.json"), "--tokens", "8").Refusal(), StringComparison.Ordinal);
        File.WriteAllText(file, "parameter %0 \"w\": float32[99999999999, 99999999999]\n");
        Assert.Contains("line 1: a parameter of type float32[99999999999, 99999999999] takes 39999999999200000000004 bytes", Command.Run("view", file, "-o", Path.Combine(_folder, "x.dot")).Refusal(), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Command.Run("view", Path.Combine(_folder, "none.txt"), "-o", Path.Combine(_folder, "x.dot")).Refusal(), StringComparison.Ordinal);
    }

    private string View(string fixture, string name, params string[] options)
    {
        string file = Path.Combine(_folder, name);
        var command = Command.Run(["view", Command.Fixture(fixture), "-o", file, "--ops", Command.Operators, .. options]);
        Assert.Equal("", command.Error);
        Assert.Equal(0, command.Status);
        return File.ReadAllText(file);
    }
}
