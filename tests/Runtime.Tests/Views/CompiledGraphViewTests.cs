using Evergraph.Graph.Text;
using Evergraph.Graph.Views;
using Evergraph.Runtime.OnnxRuntime;

namespace Evergraph.Runtime.Tests.Views;

public sealed class CompiledGraphViewTests
{
    private static readonly OperatorRegistry House = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    private static readonly TensorGraph Graph = GraphParser.Parse(
        """
        symbol n = 1..100
        input %0 "x": float32[n, 8]
        parameter %1 "w": float32[8, 4]
        %2 = aten::add.Tensor(self=%0, other=%0) : float32[n, 8] @ "unread" "m.cs":1
        %3 = aten::mm(self=%0, mat2=%1) : float32[n, 4] @ "product" "m.cs":2
        %4 = aten::relu(self=%3) : float32[n, 4] @ "gate" "m.cs":3
        output %4 "y"
        """,
        House);

    [Fact]
    public void It_shows_every_pass_that_changed_the_graph_and_what_runs_each_node()
    {
        using var compiled = GraphCompiler.Compile(Graph, new() { Backend = Backend.Reference, Operators = House });
        var view = compiled.View("model");

        Assert.Equal("model", view.Title);
        Assert.Equal(["imported", .. compiled.Passes.Where(pass => pass.Changed).Select(pass => pass.Pass)], view.Stages.Select(stage => stage.Name));
        Assert.Contains("when no output depends on f(x)", view.Stages.Single(stage => stage.Name == "remove-dead-nodes").Detail, StringComparison.Ordinal);
        var relu = view.Last.Nodes.Single(node => node.Title == "aten::relu");
        Assert.StartsWith("C# (", relu.Placed, StringComparison.Ordinal);
        Assert.Equal("4*n", relu.Operations.ToString());
        Assert.Equal(relu.Key, view.Stages[0].Nodes.Single(node => node.Title == "aten::relu").Key);
        var known = view.Operators[relu.Operator];
        Assert.Equal("Evergraph.CustomOps.Aten.Relu.Fake", known.Fake);
        Assert.Single(known.Implementations, implementation => implementation.Chosen);
        Assert.All(known.Implementations, implementation => Assert.NotEqual("", implementation.Reason));
        Assert.Empty(view.Runs);
    }

    [Fact]
    public void The_reference_backend_times_each_node()
    {
        using var compiled = GraphCompiler.Compile(Graph, new() { Backend = Backend.Reference, Passes = [] });
        var profile = compiled.Profile([Model.Range(5, 8)]);

        Assert.Equal(["aten::add.Tensor", "aten::mm", "aten::relu"], profile.Steps.Select(step => step.Name));
        Assert.Equal([("n", 5L)], profile.Symbols);
        Assert.Equal((5 * 8) + (8 * 4) + (5 * 4), profile.Steps[1].Bytes / 4);
        Assert.Equal(2 * 5 * 8 * 4, profile.Steps[1].Operations);
        Assert.Equal(0, profile.Steps[0].Start);
        Assert.All(profile.Steps, step => Assert.True(step.Duration > 0));
        Assert.True(profile.Steps[2].Start >= profile.Steps[1].Start + profile.Steps[1].Duration);
        Assert.True(profile.PeakBytes >= 5 * 8 * 4);
        Assert.Equal(1, compiled.Statistics.Runs);

        var run = Assert.Single(compiled.View("model", profile).Runs);
        Assert.Equal(("reference, n = 5", 3), (run.Name, run.Steps.Count));
        Assert.Contains("\"runs\":[{\"name\":\"reference, n = 5\",\"symbols\":{\"n\":5},\"steps\":[{\"node\":2,\"name\":\"aten::add.Tensor\"", ViewJson.Write(compiled.View("model", profile)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rank_of_a_split_graph_is_timed()
    {
        using var compiled = GraphCompiler.Compile(
            GraphParser.Parse("input %0 \"x\": float32[4]\n%1 = evergraph::all_reduce(x=%0, tp_size=2) : float32[4]\noutput %1 \"y\"", House),
            new() { Backend = Backend.Reference, Passes = [], TensorParallel = 2 });
        Assert.Equal(["evergraph::all_reduce", "evergraph::all_reduce"], compiled.ProfileOnRanks([Model.Range(4)]).Select(profile => Assert.Single(profile.Steps).Name));
    }

    [Fact]
    public void A_backend_that_does_not_tell_steps_apart_says_so()
    {
        Assert.SkipUnless(new OnnxRuntimeBackend().Unavailable() is null, "ONNX Runtime's library does not load here");
        using var compiled = GraphCompiler.Compile(Graph, new() { Backend = Backend.OnnxRuntime });
        Assert.Equal(
            "the onnxruntime backend does not tell the steps of a run apart: expected a graph compiled with Backend = \"reference\" or \"cuda\"",
            Assert.Throws<CallException>(() => compiled.Profile([Model.Range(5, 8)])).Message);
    }
}
