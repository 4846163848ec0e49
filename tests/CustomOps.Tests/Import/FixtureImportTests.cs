using System.Runtime.CompilerServices;
using Evergraph.Graph;
using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.CustomOps.Tests.Import;

/// <summary>PyTorch's exports against the fakes of all operators: every inferred type is the recorded one.</summary>
public sealed class FixtureImportTests
{
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    [Theory]
    [InlineData("mlp", 4, "s77: 2..4096→0..4096")]
    [InlineData("mlp.core", 6, "s77: 2..4096→0..4096")]
    [InlineData("qwen3", 220, "s70: 2..→1..")]
    [InlineData("qwen3.core", 305, "s70: 2..→1..")]
    [InlineData("qwen3_batch", 228, "s70: 2..→1.. s72: 2..→0..")]
    [InlineData("qwen3_batch.core", 321, "s70: 2..→1.. s72: 2..→0..")]
    [InlineData("qwen3_28layers", 2196, "s70: 2..→1..")]
    public void Every_node_infers_what_PyTorch_recorded_and_ranges_are_widened(string name, int nodes, string widened)
    {
        ImportedModel model = TorchExportImporter.Import(Fixture($"{name}.pt2"), Registry);
        Assert.Equal(nodes, model.Graph.Nodes.Length);
        Assert.Equal(nodes, model.Report.Operators.Values.Sum());
        // The mask of Qwen3 compares the first token with the others, so there is none for 0 tokens.
        Assert.Equal(widened, string.Join(' ', model.Report.Widened.Select(w => w.ToString()).Order(StringComparer.Ordinal)));
        Assert.All(model.Report.Guards, guard => Assert.Equal(GuardOutcome.Proven, guard.Outcome));
        Assert.Empty(model.Report.Warnings);
        Assert.Empty(model.Graph.Requirements);
        Assert.Empty(GraphVerifier.Verify(model.Graph));
        Assert.All(model.Graph.Parameters, parameter => Assert.True(parameter.Data.Storage.IsReadOnly));
    }

    [Fact]
    public void Nodes_know_their_module_and_line()
    {
        TensorGraph graph = TorchExportImporter.Import(Fixture("qwen3.pt2"), Registry).Graph;
        Node down = graph.Nodes.Last(node => node.Operator.Name == "aten::linear" && node.Source.Module.EndsWith("layers.0.mlp.down_proj", StringComparison.Ordinal));
        Assert.StartsWith("m.model.layers.0.mlp.down_proj (modeling_qwen3.py:", down.Source.ToString());
    }

    [Fact]
    public void Custom_operators_that_are_not_loaded_are_listed()
    {
        var fault = Assert.Throws<Evergraph.Graph.Import.ImportException>(() => TorchExportImporter.Import(Fixture("newest_torch2.14.pt2"), Registry));
        Assert.Contains("2 operators are not known: flash::dyn_nz (not registered; 1 node, for example 'dyn_nz'); flash::maybe_pad_reduce (not registered; 1 node", fault.Message);
    }

    private static string Fixture(string name, [CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../../fixtures", name));
}
