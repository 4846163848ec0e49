using System.Text.Json;
using Evergraph.Graph.Text;
using Evergraph.Graph.Views;

namespace Evergraph.Graph.Tests.Views;

public class ViewModelTests
{
    private const string Layers = """
        symbol s0 = 0..64
        input %0 "x": float32[s0, 4]
        parameter %1 "layers.0.w": float32[4, 4]
        parameter %2 "layers.1.v": float32[4, 4]
        %3 = test::mm(a=%0, b=%1) : float32[s0, 4] @ "layers.0.up" "m.cs":1
        %4, %5 = test::halves(x=%3) : float32[s0 // 2, 4], float32[s0 - s0 // 2, 4] @ "layers.0" "m.cs":2
        %6 = test::mm(a=%3, b=%2) : float32[s0, 4] @ "layers.1.up" "m.cs":1
        %7, %8 = test::halves(x=%6) : float32[s0 // 2, 4], float32[s0 - s0 // 2, 4] @ "layers.1" "m.cs":2
        output %7 "y"
        """;

    [Theory]
    [InlineData("", "", true)]
    [InlineData("%7, %8 = test::halves(x=%6)", "%7, %8 = test::halves(x=%6, sizes=[s0])", false)]
    [InlineData("%7, %8 = test::halves(x=%6)", "%7, %8 = test::halves(x=%3)", false)]
    [InlineData("@ \"layers.1.up\"", "@ \"layers.1.down\"", false)]
    [InlineData("float32[4, 4]\n%3", "float64[4, 4]\n%3", false)]
    [InlineData("@ \"layers.1", "@ \"layers.next", false)]
    public void Modules_that_are_built_the_same_are_found(string part, string replacement, bool isRepeated)
    {
        string text = part.Length == 0 ? Layers : Layers.Replace(part, replacement, StringComparison.Ordinal);
        Assert.True(part.Length == 0 || text != Layers);
        var stage = View(text).Last;
        var first = stage.Modules.Single(module => module.Path == "layers.0");
        Assert.Equal(isRepeated, stage.Modules.Any(module => module.Repeats >= 0 && stage.Modules[module.Repeats] == first));
        for (int i = 1; i < stage.Modules.Count; i++)
            Assert.InRange(stage.Modules[i].Parent, 0, i - 1);
    }

    [Fact]
    public void A_folded_picture_draws_modules_that_repeat_each_other_once()
    {
        string folded = DotView.Write(View(Layers)), whole = DotView.Write(View(Layers), fold: false);
        Assert.Contains("label=\"0 × 2\"", folded, StringComparison.Ordinal);
        Assert.Equal((1, 2), (Count(folded, "label=\"test::mm"), Count(whole, "label=\"test::mm")));
        DotGrammar.Check(folded);
    }

    [Fact]
    public void A_node_that_a_pass_keeps_keeps_its_key()
    {
        const string before = """
            symbol s0 = 0..64
            input %0 "x": float32[s0, 4]
            parameter %1 "v": float32[4, 4]
            parameter %2 "w": float32[4, 4]
            %3 = test::find(x=%0, what="first") : int64[u0, 2] @ "m" "m.cs":1
            %4 = test::find(x=%0, what="second") : int64[u1, 2] @ "m" "m.cs":1
            %5 = test::mm(a=%0, b=%1) : float32[s0, 4] @ "m" "m.cs":2
            output %5 "y"
            """;
        string text = before.Replace("input", "symbol u0 = 0..9 data\nsymbol u1 = 0..9 data\ninput", StringComparison.Ordinal);
        // The first of two is removed, and the product reads another weight.
        string after = string.Join('\n', text.Split('\n').Where(line => !line.Contains("first", StringComparison.Ordinal)))
            .Replace("%4 = ", "%3 = ", StringComparison.Ordinal).Replace("%5", "%4", StringComparison.Ordinal).Replace("b=%1", "b=%2", StringComparison.Ordinal);
        var view = GraphView.Of([new("imported", "", Parse(text)), new("pass", "", Parse(after))]);

        var (old, now) = (view.Stages[0].Nodes, view.Stages[1].Nodes);
        Assert.Equal(old.Single(node => node.ArgumentText.Contains("second", StringComparison.Ordinal)).Key, now.Single(node => node.Title == "test::find").Key);
        Assert.Equal(old.Single(node => node.Title == "test::mm").Key, now.Single(node => node.Title == "test::mm").Key);
        foreach (var stage in view.Stages)
            Assert.Equal(stage.Nodes.Count, stage.Nodes.Select(node => node.Key).Distinct().Count());
    }

    [Fact]
    public void Symbols_say_where_they_are_declared()
    {
        const string text = """
            symbol s0 = 0..64
            symbol s1 = 2..
            symbol u0 = 0..64 data
            input %0 "x": float32[4, s0]
            input %1 "n": int64[] = s1
            %2 = test::find(x=%0) : int64[u0, 2] @ "m" "m.cs":1
            output %2 "y"
            """;
        var view = View(text);
        Assert.Equal(
            ["s0: input x, axis 1", "s1: input n, its value", "u0: a result of test::find at m (m.cs:1)"],
            view.Symbols.Select(declared => $"{declared.Symbol.Name}: {declared.Declared}"));
        var document = JsonDocument.Parse(ViewJson.Write(view)).RootElement;
        Assert.Equal(JsonValueKind.Null, document.GetProperty("symbols")[1].GetProperty("max").ValueKind);
    }

    [Fact]
    public void What_nothing_defines_has_no_edge_and_a_cycle_is_drawn()
    {
        var graph = new TensorGraph(
            [new("x", new(DType.Float32, [4, 4]))],
            [],
            [
                new(TestOperators.Mm, [TestOperators.Of(new(0)), TestOperators.Of(new(99))], [new(DType.Float32, [4, 4])], new("a", "", 0)),
                new(TestOperators.Mm, [TestOperators.Of(new(3)), TestOperators.Of(new(2))], [new(DType.Float32, [4, 4])], new("b", "", 0)),
                new(TestOperators.Mm, [TestOperators.Of(new(2))], [new(DType.Float32, [4, 4])], new("a", "", 0)),
            ],
            [new("y", new(-5))],
            []);
        var view = GraphView.Of(graph);

        Assert.Equal([("x", 0)], view.Last.Nodes[1].Operands.Select(operand => (view.Last.Nodes[operand.Node].Title, operand.Output)));
        Assert.Empty(view.Last.Nodes[^1].Operands);
        Assert.Contains(view.Last.Faults, fault => fault.Node == 1 && fault.Text.Contains("%99 is read before it is defined", StringComparison.Ordinal));
        Assert.Contains(view.Last.Faults, fault => fault.Node == view.Last.Nodes.Count - 1);
        DotGrammar.Check(DotView.Write(view));
        Assert.Contains("<svg", SvgView.Write(view), StringComparison.Ordinal);
        ModelExplorerFormat.CheckGraphs(JsonDocument.Parse(ModelExplorerView.Write(view)).RootElement);
    }

    [Fact]
    public void Trees_of_sizes_evaluate_to_what_sizes_do()
    {
        var random = new Random(11);
        var symbols = new[] { new Symbol("a", 1, 50), new Symbol("b", 1, 50) };
        for (int i = 0; i < 300; i++)
        {
            var dim = Draw(random, symbols, depth: 4);
            var graph = new TensorGraph([new("x", new(DType.Float32, [symbols[0], symbols[1]])), new("y", new(DType.Float32, [dim]))], [], [], [], []);
            var document = JsonDocument.Parse(ViewJson.Write(GraphView.Of(graph))).RootElement;
            int index = document.GetProperty("types")[document.GetProperty("nodes")[1].GetProperty("outputs")[0].GetInt32()].GetProperty("shape")[0].GetInt32();
            var expression = document.GetProperty("exprs")[index];
            var values = symbols.ToDictionary(symbol => symbol.Name, _ => (long)random.Next(1, 51));
            Assert.Equal(dim.ToString(), expression.GetProperty("text").GetString());
            Assert.Equal(dim.Evaluate(symbol => values[symbol.Name]), Evaluate(expression.GetProperty("tree"), values));
        }
    }

    private static Dim Draw(Random random, Symbol[] symbols, int depth)
    {
        if (depth == 0)
            return random.Next(2) == 0 ? random.Next(1, 9) : symbols[random.Next(2)];
        var (a, b) = (Draw(random, symbols, depth - 1), Draw(random, symbols, depth - 1));
        return random.Next(6) switch
        {
            0 => a + b,
            1 => a * random.Next(1, 4),
            2 => a - b,
            3 => Dim.FloorDiv(a, random.Next(1, 9)),
            4 => Dim.Mod(a, random.Next(1, 9)),
            _ => random.Next(2) == 0 ? Dim.Min(a, b) : Dim.Max(a, b),
        };
    }

    private static long Evaluate(JsonElement tree, Dictionary<string, long> values)
    {
        if (tree.ValueKind == JsonValueKind.Number)
            return tree.GetInt64();
        if (tree.ValueKind == JsonValueKind.String)
            return values[tree.GetString()!];
        long[] operands = [.. tree.EnumerateArray().Skip(1).Select(operand => Evaluate(operand, values))];
        return tree[0].GetString() switch
        {
            "+" => operands.Sum(),
            "*" => operands.Aggregate((a, b) => a * b),
            "//" => (long)Math.Floor((double)operands[0] / operands[1]),
            "min" => operands.Min(),
            "max" => operands.Max(),
            var other => throw new InvalidOperationException($"the document has no operator {other}"),
        };
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static TensorGraph Parse(string text) => GraphParser.Parse(text, TestOperators.Registry);

    private static GraphView View(string text) => GraphView.Of(Parse(text));
}
