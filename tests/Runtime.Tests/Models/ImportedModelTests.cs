using System.Runtime.CompilerServices;
using Evergraph.CustomOps.Layers;
using Evergraph.Graph.Import.TorchExport;
using Evergraph.Graph.Text;

namespace Evergraph.Runtime.Tests.Models;

/// <summary>PyTorch's exports from file to numbers.</summary>
public class ImportedModelTests
{
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    public static TheoryData<string> Decoders => ["qwen3", "qwen3.core", "qwen3_batch", "qwen3_batch.core", "qwen3_28layers"];

    [Theory]
    [InlineData("qwen3")]
    [InlineData("qwen3.core")]
    public void One_token_which_the_file_forbids_gives_the_first_row_of_a_longer_run(string model)
    {
        var compiled = GraphCompiler.Compile(Import(model), new());
        var longer = compiled.Run(Ids(7))[0];

        var one = compiled.Run(Ids(1))[0];

        Assert.Equal("float32[1, 1, 200]", one.Type.ToString());
        for (int i = 0; i < 200; i++)
            Assert.Equal(longer.ReadOnlySpan<float>()[i], one.ReadOnlySpan<float>()[i], 1e-5f);
        Assert.Equal(1, compiled.Statistics.Compilations);
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void A_split_decoder_has_no_all_reduce_and_a_sharded_residual_stream(string model)
    {
        var compiled = GraphCompiler.Compile(Import(model), new() { TensorParallel = 2, FlashComm = new(1000) });

        var graph = compiled.Graph;
        Assert.DoesNotContain(graph.Nodes, node => node.Operator.Name == "evergraph::all_reduce");
        int layers = model == "qwen3_28layers" ? 28 : 2;
        // Query, key and value are one layer, and so are gate and up.
        Assert.Equal(layers * 4, graph.Nodes.Count(node => node.Operator.Has(OperatorTraits.MaybeOverlap)));
        // One shard at the entry, one gather before the head: everything between works on shards.
        Assert.Single(graph.Nodes, node => node.Operator.Name == "evergraph::token_shard");
        Assert.Single(graph.Nodes, node => node.Operator.Name == "evergraph::all_gather");
        Assert.Empty(graph.Requirements);
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void A_decoder_layer_is_ten_fused_operators_and_views_that_move_nothing_but_a_split(string model)
    {
        int layers = model == "qwen3_28layers" ? 28 : 2;
        foreach (var options in new CompileOptions[] { new(), new() { TensorParallel = 2, FlashComm = new(16) } })
        {
            var graph = GraphCompiler.Compile(Import(model), options).Graph;
            var ofLayer = graph.Nodes.Where(node => node.Source.Module.Contains(".layers.1.", StringComparison.Ordinal)).ToArray();

            string[] work = [.. ofLayer.Where(node => !node.Operator.Has(OperatorTraits.Reshapes)).Select(node => node.Operator.Name.Split("::")[1]).Order(StringComparer.Ordinal)];
            string column = options.TensorParallel == 1 ? "linear" : "column_linear_maybe_flashcomm_fp";
            string row = options.TensorParallel == 1 ? "linear" : "row_linear_maybe_flashcomm_fp";
            string[] expected =
            [
                .. new[]
                {
                    column, "split_with_sizes", "rms_norm", "rms_norm", "rotary_embedding.single", "rotary_embedding.single", "grouped_query_attention", row,
                    "rms_norm.residual", column, "silu_and_mul", row, "rms_norm.residual",
                }.Order(StringComparer.Ordinal),
            ];
            Assert.Equal(expected, work);
            Assert.Equal(4, ofLayer.Length - work.Length);
            Assert.Equal((layers * 2) + 1, graph.Nodes.Count(node => node.Operator.Name.StartsWith("evergraph::rms_norm", StringComparison.Ordinal) && node.OutputTypes[0].Rank == 3));
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Text_of_a_real_graph_round_trips_before_and_after_the_passes(string model)
    {
        var before = Import(model);
        foreach (var graph in new[] { before, GraphCompiler.Compile(before, new() { TensorParallel = 2, FlashComm = new(16) }).Graph })
        {
            var data = graph.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Data);
            Assert.True(GraphParser.Parse(GraphPrinter.Print(graph), Registry, (name, _) => data[name]).SameAs(graph));
        }
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 5)]
    [InlineData(3, 5)]
    [InlineData(4, 5)]
    public void Every_number_of_tokens_gives_the_unsplit_model_s_numbers(int ranks, int threshold)
    {
        var graph = Import("qwen3");
        var whole = GraphCompiler.Compile(graph, new());
        var split = GraphCompiler.Compile(graph, new() { TensorParallel = ranks, FlashComm = new(threshold, true) });
        for (int tokens = 1; tokens <= 12; tokens++)
        {
            var expected = whole.Run(Ids(tokens))[0].ReadOnlySpan<float>().ToArray();
            foreach (var results in split.RunOnRanks([Ids(tokens)]))
            {
                var given = results[0].ReadOnlySpan<float>();
                for (int i = 0; i < expected.Length; i++)
                    Assert.Equal(expected[i], given[i], 1e-5f);
            }
        }

        Assert.Equal(1, split.Statistics.Compilations);
        Assert.All(split.Statistics.Branches, branch => Assert.True(branch.Fused > 0 && (threshold == 0 || branch.Plain > 0)));
    }

    [Theory]
    [InlineData("input 0 (input_ids): expected element type int64", DType.Float32, 1, 3)]
    [InlineData("input 0 (input_ids): expected rank 2, given rank 1", DType.Int64, 3)]
    [InlineData("input 0 (input_ids): size 0: expected 1, given 2", DType.Int64, 2, 3)]
    public void Wrong_inputs_are_named(string message, DType dtype, params int[] sizes)
    {
        var compiled = GraphCompiler.Compile(Import("qwen3"), new());
        var error = Assert.ThrowsAny<EvergraphException>(() => compiled.Run(Tensor.Zeros(dtype, [.. sizes.Select(size => (long)size)])));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static TensorGraph Import(string model) => TorchExportImporter.Import(Fixture($"{model}.pt2"), Registry).Graph;

    private static Tensor Ids(int tokens)
    {
        var ids = Tensor.Empty(DType.Int64, 1, tokens);
        for (int i = 0; i < tokens; i++)
            ids.Span<long>()[i] = ((i * 37) + 11) % 200;
        return ids;
    }

    private static string Fixture(string name, [CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "fixtures", name);
}
