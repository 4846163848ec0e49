using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Xml.Linq;
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

    // The second product's inner sizes differ, and the target of the output does not exist.
    private const string Faulty = """
        symbol s0 = 0..64
        input %0 "x": float32[s0, 4]
        parameter %1 "v": float32[4, 4]
        parameter %2 "w": float32[5, 4]
        %3 = test::mm(a=%0, b=%1) : float32[s0, 4] @ "mlp" "m.cs":1
        %4 = test::mm(a=%3, b=%2) : float32[s0, 4] @ "mlp" "m.cs":2
        output %4 "y" buffer "b"
        """;

    private const string Layers = """
        symbol s0 = 0..64
        input %0 "x": float32[s0, 4]
        parameter %1 "layers.0.w": float32[4, 4]
        parameter %2 "layers.1.w": float32[4, 4]
        parameter %3 "layers.2.w": float32[4, 4]
        %4 = test::mm(a=%0, b=%1) : float32[s0, 4] @ "layers.0" "m.cs":1
        %5 = test::mm(a=%4, b=%2) : float32[s0, 4] @ "layers.1" "m.cs":1
        %6 = test::mm(a=%5, b=%3) : float32[s0, 4] @ "layers.2" "m.cs":1
        output %6 "y"
        """;

    public static TheoryData<string, string> Pictures
    {
        get
        {
            var pictures = new TheoryData<string, string>();
            foreach (string graph in new[] { "graph", "faulty", "layers" })
            {
                foreach (string kind in new[] { "dot", "mmd", "svg", "explorer.json", "view.json" })
                    pictures.Add(graph, kind);
            }

            return pictures;
        }
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Pictures_are_what_the_golden_says(string graph, string kind)
    {
        string text = Write(View(graph switch { "graph" => Model, "faulty" => Faulty, _ => Layers }), kind).ReplaceLineEndings("\n");
        string path = Path.Combine(Folder(), "Goldens", $"{graph}.{kind}");
        if (Environment.GetEnvironmentVariable("EVERGRAPH_UPDATE_GOLDENS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    [Theory]
    [InlineData("dot")]
    [InlineData("mmd")]
    [InlineData("svg")]
    [InlineData("explorer.json")]
    [InlineData("view.json")]
    public void A_fault_is_marked_in_every_picture(string kind)
    {
        string text = Write(View(Faulty), kind);
        Assert.Contains("inner sizes differ: expected 4, given 5", text, StringComparison.Ordinal);
        Assert.Contains("its target b does not exist", text, StringComparison.Ordinal);
        Assert.DoesNotContain("inner sizes differ", Write(View(Faulty.Replace("[5, 4]", "[4, 4]", StringComparison.Ordinal)), kind), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_is_readable_to_its_end_in_a_picture_however_long()
    {
        string module = string.Join('.', Enumerable.Range(0, 20).Select(i => $"block{i}"));
        string text = Faulty.Replace("\"mlp\"", $"\"{module}\"", StringComparison.Ordinal);
        var svg = XDocument.Parse(Write(View(text), "svg"));
        string[] lines = [.. svg.Descendants().Where(element => (string?)element.Attribute("class") == "what").Select(element => element.Value)];
        Assert.Contains("(m.cs:2): inner sizes differ: expected 4, given 5", string.Join(' ', lines), StringComparison.Ordinal);
        Assert.All(lines, line => Assert.True(line.Length <= 64, line));
    }

    [Fact]
    public void Hostile_names_break_out_of_no_picture()
    {
        string module = "\"];\n<script>alert(1)</script>-->]]>\\`#;\u2028\0\ud800." + string.Join('.', Enumerable.Repeat("a/b", 5000));
        var graph = new TensorGraph(
            [new("</title><script>&\"'\u0001", new(DType.Float32, [1]))],
            [],
            [new(TestOperators.Mutate, [TestOperators.Of(new(0))], [new(DType.Float32, [1])], new(module, "\"<b>.cs", 1))],
            [new("out\"\n--><b>", new(1))],
            []);
        var view = GraphView.Of(graph, new() { Title = "</script><script>alert(1)</script>" });

        DotGrammar.Check(DotView.Write(view));
        Assert.True(MermaidView.Write(view).Split("subgraph").Length <= 65);
        Assert.DoesNotContain("<script", MermaidView.Write(view), StringComparison.OrdinalIgnoreCase);
        var svg = XDocument.Parse(SvgView.Write(view));
        Assert.DoesNotContain(svg.Descendants(), element => element.Name.LocalName == "script");
        ModelExplorerFormat.CheckGraphs(JsonDocument.Parse(ModelExplorerView.Write(view)).RootElement);
        string page = HtmlView.Write(view, $"<html>{HtmlView.Marker}</html>");
        Assert.Equal(2, page.Split("</script>", StringSplitOptions.None).Length);
        Assert.DoesNotContain('\u2028', page);
    }

    [Theory]
    [InlineData("graph")]
    [InlineData("layers")]
    [InlineData("faulty")]
    public void Dot_parses_and_Model_Explorer_s_format_is_kept(string graph)
    {
        var view = View(graph switch { "graph" => Model, "faulty" => Faulty, _ => Layers });
        DotGrammar.Check(DotView.Write(view, fold: false));
        ModelExplorerFormat.CheckGraphs(JsonDocument.Parse(ModelExplorerView.Write(view)).RootElement);
        var run = new ViewRun("test", [("s0", 4)], [new(0, "kernel", 0, 1.5, 8, 4), new(-1, "copy", 2, 1, 8, 0), new(0, "kernel", 3, 1, 8, 4)], null);
        string timings = ModelExplorerView.WriteTimings(view, run);
        ModelExplorerFormat.CheckNodeData(JsonDocument.Parse(timings).RootElement, JsonDocument.Parse(ModelExplorerView.Write(view)).RootElement);
        Assert.Contains("\"value\": 2.5", timings, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_holds_the_document()
    {
        var view = View(Model);
        string page = HtmlView.Write(view, $"<html>{HtmlView.Marker}</html>");
        string json = page["<html><script type=\"application/json\" id=\"graph\">".Length..^"</script></html>".Length];
        Assert.DoesNotContain('<', json);
        Assert.Equal(ViewJson.Write(view), JsonDocument.Parse(json).RootElement.GetRawText().Replace("\\u003c", "<", StringComparison.Ordinal));
        Assert.Contains("given several", Assert.Throws<EvergraphException>(() => HtmlView.Write(view, HtmlView.Marker + HtmlView.Marker)).Message, StringComparison.Ordinal);
        Assert.Contains("given none", Assert.Throws<EvergraphException>(() => HtmlView.Write(view, "<html></html>")).Message, StringComparison.Ordinal);
    }

    private static GraphView View(string text) => GraphView.Of(GraphParser.Parse(text, TestOperators.Registry), new() { Title = "test.txt" });

    private static string Write(GraphView view, string kind) => kind switch
    {
        "dot" => DotView.Write(view),
        "mmd" => MermaidView.Write(view),
        "svg" => SvgView.Write(view),
        "explorer.json" => ModelExplorerView.Write(view),
        _ => ViewJson.Write(view),
    };

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
