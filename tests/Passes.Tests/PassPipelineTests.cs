using Evergraph.Graph;
using Evergraph.Graph.Text;

namespace Evergraph.Passes.Tests;

public class PassPipelineTests
{
    private static readonly TensorGraph Model = GraphParser.Parse(
        """
        symbol s0 = 0..
        input %0 "x": float32[s0, 4]
        %1 = aten::neg(self=%0) : float32[s0, 4]
        output %1 "y"
        """,
        PassesByName.Registry);

    [Fact]
    public void A_pass_that_breaks_a_type_is_blamed_and_both_graphs_are_shown()
    {
        var broken = Copy(node => new(node.Operator, node.Arguments, [new(DType.Float32, [4, 4])], node.Source));

        var error = Assert.Throws<PassException>(() => Run(new Fake("break-types", new(broken, [new("x = y", "here")]))));

        Assert.Equal("break-types", error.Pass);
        Assert.StartsWith("pass break-types broke the graph: the graph does not verify (1 fault): aten::neg: result 0: expected float32[s0, 4], given float32[4, 4]", error.Message, StringComparison.Ordinal);
        Assert.Contains("before break-types:\nsymbol s0", error.ShowGraphs().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains(": float32[4, 4]", error.ShowGraphs(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pass_that_changes_inputs_or_outputs_is_blamed()
    {
        var renamed = new TensorGraph([Model.Inputs[0] with { Name = "z" }], [], Model.Nodes, Model.Outputs, []);
        Assert.Contains("pass rename broke the graph: inputs or outputs changed", Assert.Throws<PassException>(() => Run(new Fake("rename", new(renamed, [new("x = z", "here")])))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pass_that_hides_a_change_is_blamed() =>
        Assert.Contains("pass hide broke the graph: it returned another graph and reported no change", Assert.Throws<PassException>(() => Run(new Fake("hide", new(Copy(node => node), [])))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_pass_that_throws_is_blamed_with_its_cause()
    {
        var error = Assert.Throws<PassException>(() => Run(new Fake("throw", null)));
        Assert.Equal("pass throw broke the graph: no reason", error.Message);
        Assert.Contains("(the pass threw)", error.ShowGraphs(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_records_say_what_each_pass_did()
    {
        var records = new PassPipeline([new RemoveDeadNodes(), new SimplifyViews()]).Run(Model, PassesByName.Context);
        Assert.Equal(["remove-dead-nodes", "simplify-views"], records.Select(record => record.Pass));
        Assert.All(records, record => Assert.False(record.Changed));
    }

    [Fact]
    public void Rules_that_undo_each_other_end_in_an_error()
    {
        RewriteRule Swap(string from, string to) => new(
            $"{from}(x) = {to}(x)", Pattern.Op("f", from, Pattern.Any("x")), (match, rewriter) => rewriter.Add(to, ("self", new TensorArgument(match["x"]))));
        var error = Assert.Throws<EvergraphException>(() => RuleRewriter.Apply(Model, [Swap("aten::neg", "aten::abs"), Swap("aten::abs", "aten::neg")], PassesByName.Context));
        Assert.Contains("two of them undo each other", error.Message, StringComparison.Ordinal);
    }

    private static void Run(IPass pass) => new PassPipeline([pass]).Run(Model, PassesByName.Context);

    private static TensorGraph Copy(Func<Node, Node> change) => new(Model.Inputs, [], Model.Nodes.Select(change).ToEquatableArray(), Model.Outputs, []);

    private sealed class Fake(string name, PassResult? result) : IPass
    {
        public string Name => name;

        public PassResult Run(TensorGraph graph, PassContext context) => result ?? throw new EvergraphException("no reason");
    }
}
