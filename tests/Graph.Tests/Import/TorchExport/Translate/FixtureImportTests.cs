using Evergraph.Graph.Import.TorchExport;
using Evergraph.Graph.Text;

namespace Evergraph.Graph.Tests.Import;

public sealed class FixtureImportTests
{
    private static ImportedModel Import(string name) => TorchExportImporter.Import(Fixture.Path(name), TestOperators.Registry());

    [Theory]
    [InlineData("mlp.pt2")]
    [InlineData("customop.pt2")]
    [InlineData("legacy_torch2.6.pt2")]
    [InlineData("newest_torch2.14.pt2")]
    public void Imported_graphs_verify(string name) => Assert.Empty(GraphVerifier.Verify(Import(name).Graph));

    [Theory]
    [InlineData("mlp.pt2", "s77: 2..4096→0..4096")]
    [InlineData("customop.pt2", "s77: 2..→0..")]
    [InlineData("legacy_torch2.6.pt2", "s0: 2..1024→0..1024")]
    [InlineData("newest_torch2.14.pt2", "s77: 2..1024→0..1024")]
    public void Ranges_are_widened_where_every_node_proves(string name, string expected) =>
        Assert.Equal([expected], Import(name).Report.Widened.Select(static w => w.ToString()));

    [Fact]
    public void The_odd_model_is_one_graph_in_both_layouts()
    {
        TensorGraph newest = Import("newest_torch2.14.pt2").Graph;
        Assert.Equal(["x", "y", "flag"], newest.Inputs.Select(static i => i.Name));
        Assert.Equal("float32[s77, 4]", newest.Inputs[0].Type.ToString());
        Assert.Equal("float32[2*s77, 4]", newest.Inputs[1].Type.ToString());
        Assert.Equal(3, newest.Inputs[2].Number!.Value.Value);
        Assert.Equal(["lin.weight", "lin.bias", "tied.weight", "rb", "npb", "view", "c"], newest.Parameters.Select(static p => p.Name));
        Assert.Same(newest.Parameters[0].Data, newest.Parameters[2].Data);
        Assert.Equal(["a", "n", "c", "r", "f", "bf", "top"], newest.Outputs.Select(static o => o.Name));
        Assert.Equal(
            ["float32[3*s77, 4]", "int64[u0, 2]", "float32[2]", "float32[4*s77]", "int64[]", "bfloat16[s77, 4]", "float32[s77, 2]"],
            newest.Outputs.Select(o => newest.TypeOf(o.Value).ToString()));
        // Defaults come from the schema, sizes from our own inference, and no size is a node.
        Node reduce = newest.Nodes.Single(static n => n.Operator.Name == "flash::maybe_pad_reduce");
        Assert.Equal("[s77, 7]", GraphPrinter.PrintArgument(reduce.Arguments[2]));
        Assert.Equal("\"tp\"", GraphPrinter.PrintArgument(reduce.Arguments[3]));
        // The number in add(c, 1) takes the overload for a Scalar.
        Assert.Equal("aten::add.Scalar", newest.NodeOf(newest.Outputs[2].Value)!.Operator.Name);
        Assert.Equal("lin (lay.py:23)", newest.Nodes[0].Source.ToString());

        TensorGraph oldest = Import("legacy_torch2.6.pt2").Graph;
        Assert.Equal(newest.Nodes.Select(static n => n.Operator.Name), oldest.Nodes.Select(static n => n.Operator.Name));
        Assert.Equal(newest.Outputs.Select(static o => o.Name), oldest.Outputs.Select(static o => o.Name));
    }

    [Fact]
    public void Guards_are_proven_or_known_for_what_they_are()
    {
        Assert.Equal([new("L['y'].size()[0] == (2*L['x'].size()[0])", GuardOutcome.Proven)], Import("newest_torch2.14.pt2").Report.Guards);
        ImportReport report = Import("customop.pt2").Report;
        Assert.Equal([new("((1 + L['x'].size()[0]) // 2) != 1", GuardOutcome.Specialization)], report.Guards);
        Assert.Empty(report.Warnings);
        Assert.Empty(Import("customop.pt2").Graph.Requirements);
    }

    [Fact]
    public void Weights_lie_in_the_file()
    {
        TensorGraph graph = Import("mlp.pt2").Graph;
        Assert.All(graph.Parameters, static p => Assert.True(p.Data.Storage.IsReadOnly));
        Assert.Equal("float32[32, 16]", graph.Parameters[0].Type.ToString());
    }
}
