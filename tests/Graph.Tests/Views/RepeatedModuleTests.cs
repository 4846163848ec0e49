using Evergraph.Graph.Views;

namespace Evergraph.Graph.Tests.Views;

/// <summary>Layers after passes: what all share lies in the first, and each begins with what the one before it gives.</summary>
public class RepeatedModuleTests
{
    private static readonly TensorType Type = new(DType.Float32, [4, 4]);

    [Theory]
    [InlineData(2)]
    [InlineData(28)]
    public void What_all_layers_share_is_drawn_outside_and_they_fold(int layers)
    {
        var stage = Layers(layers);
        Assert.Equal(Enumerable.Repeat("layers.0", layers - 1), Repeated(stage));
        Assert.Equal(["layers", "layers"], stage.Nodes.Where(node => node.Title is "test::cos" or "test::table").Select(node => stage.Modules[node.Module].Path));
        Assert.All(stage.Nodes, node => Assert.Empty(node.Variants));
        // A key tells where a node is computed, so it is the same as in a stage in which each layer still has its own.
        Assert.StartsWith("layers.0.up|", stage.Nodes.Single(node => node.Title == "test::cos").Key, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_begins_with_another_operator_folds_and_the_operator_says_so()
    {
        var stage = Layers(4, (layer, step) => layer == 0 && step.Name == "norm" ? step with { Name = "enter" } : step);
        Assert.Equal(["layers.0", "layers.0", "layers.0"], Repeated(stage));
        var node = Assert.Single(stage.Nodes, node => node.Variants.Count > 0);
        Assert.Equal(("test::enter", "in 1–3: test::norm"), (node.Title, Assert.Single(node.Variants)));
    }

    [Fact]
    public void Who_reads_the_layer_s_first_operator_may_read_what_enters_the_other_and_says_so()
    {
        var stage = Layers(3, (layer, step) => (layer, step.Name) switch
        {
            (0, "norm") => step with { Name = "enter" },
            (0, "add") => step with { Reads = ["mix", "x"] },
            _ => step,
        });
        Assert.Equal(["layers.0", "layers.0"], Repeated(stage));
        Assert.Equal(["in 1–2: b comes from test::norm"], stage.Nodes.First(node => node.Title == "test::add").Variants);
    }

    [Theory]
    [InlineData("act", "gelu", "")]
    [InlineData("mix", "mix", "act norm")]
    [InlineData("add", "add", "mix x")]
    public void A_layer_that_differs_inside_stays_apart(string step, string name, string reads)
    {
        var stage = Layers(4, (layer, given) => layer == 2 && given.Name == step ? given with { Name = name, Reads = reads.Length == 0 ? given.Reads : reads.Split(' ') } : given);
        Assert.Equal(["layers.0", "layers.0"], Repeated(stage));
        Assert.DoesNotContain(stage.Modules, module => module.Path == "layers.2" && module.Repeats >= 0);
        Assert.All(stage.Nodes, node => Assert.Empty(node.Variants));
    }

    [Fact]
    public void Work_of_a_layer_of_its_own_keeps_it_apart()
    {
        // It reads what the layer computes, so it cannot be drawn before the layers.
        var stage = Layers(4, (layer, step) => layer == 2 && step.Name == "act" ? step with { Name = "act", Extra = "more" } : step);
        Assert.Equal(["layers.0", "layers.0"], Repeated(stage));
        Assert.Equal("layers.2.up", stage.Modules[stage.Nodes.Single(node => node.Title == "test::more").Module].Path);
    }

    [Fact]
    public void Members_of_a_sequence_that_have_nothing_in_common_stay_where_they_are()
    {
        var graph = new Builder();
        graph.Add("c", "act", "1", graph.Add("b", "norm", "0", graph.Add("a", "act", "2", "x")));
        var stage = graph.View();
        Assert.Equal(["2"], Repeated(stage));
        Assert.Equal(["2", "0", "1"], stage.Nodes.Where(node => node.Module > 0).Select(node => stage.Modules[node.Module].Path));
    }

    private static IEnumerable<string> Repeated(ViewStage stage) =>
        stage.Modules.Where(module => module.Repeats >= 0).Select(module => stage.Modules[module.Repeats].Path);

    private static ViewStage Layers(int count, Func<int, Step, Step>? change = null)
    {
        var graph = new Builder();
        string x = "x";
        for (int layer = 0; layer < count; layer++)
        {
            string At(string name) => name switch
            {
                "x" => x,
                "table" => "table",
                _ => $"{layer}.{name}",
            };
            if (layer == 0)
                graph.Add("table", "table", "layers.0.up", graph.Add("cos", "cos", "layers.0.up", "x"));
            foreach (var (name, module, reads) in new[] { ("norm", "", "x"), ("act", ".up", "norm"), ("mix", ".up", "act table"), ("add", "", "mix norm") })
            {
                Step step = new(name, reads.Split(' '), "");
                step = change?.Invoke(layer, step) ?? step;
                graph.Add($"{layer}.{name}", step.Name, $"layers.{layer}{module}", [.. step.Reads.Select(At)]);
                if (step.Extra.Length > 0)
                    graph.Add($"{layer}.{name}", step.Extra, $"layers.{layer}{module}", $"{layer}.{name}");
            }

            x = $"{layer}.add";
        }

        return graph.View(x);
    }

    private sealed record Step(string Name, string[] Reads, string Extra);

    /// <summary>Builds graphs of values that have names.</summary>
    private sealed class Builder
    {
        private readonly Dictionary<string, OperatorDefinition> _operators = [];
        private readonly Dictionary<string, int> _values = new() { ["x"] = 0 };
        private readonly List<Node> _nodes = [];

        public string Add(string result, string name, string module, params string[] reads)
        {
            if (!_operators.TryGetValue(name, out var definition))
                _operators.Add(name, definition = new(OperatorSchema.Parse($"test::{name}(Tensor a, Tensor? b=None) -> Tensor"), OperatorTraits.Pure, arguments => [arguments.Tensor(0)], []));
            List<Argument> arguments = [.. reads.Select(read => TestOperators.Of(new(_values[read]))), .. reads.Length < 2 ? [new NoneArgument()] : Array.Empty<Argument>()];
            _nodes.Add(new(definition, [.. arguments], [Type], new(module, "m.cs", 1)));
            _values[result] = _nodes.Count;
            return result;
        }

        public ViewStage View(string output = "x") =>
            GraphView.Of(new TensorGraph([new("x", Type)], [], [.. _nodes], [new("y", new(_values[output]))], [])).Last;
    }
}
