using Evergraph.CustomOps.Layers;
using Evergraph.Graph;
using Evergraph.Graph.Text;
using Evergraph.Runtime;

namespace Evergraph.CustomOps.Tests;

/// <summary>One test for each mistake seen in the systems that FlashComm comes from, in the order of the specification.</summary>
public class FlashCommMistakeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bias_is_added_once_whatever_the_branch(bool isQuantized)
    {
        // With x = 0 the result is the bias alone: tp times it, or none of it, shows at once.
        var layer = RowLayer(isQuantized, tokens: 8, ranks: 4, hasBias: true);
        layer.With(Numbers.From(layer.XType, [8, layer.Inputs], _ => isQuantized ? layer.ZeroPoint : 0), layer.Weight, layer.Bias, layer.WeightScale);
        foreach (bool overlapped in new[] { false, true })
        {
            var rows = Numbers.Join(RunRanks(layer, overlapped), 0);
            for (int i = 0; i < rows.Length; i++)
                Assert.Equal(Numbers.ToDoubles(layer.Bias!)[i % layer.Outputs], rows[i]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_of_every_rank_have_the_bias(bool overlapped)
    {
        var layer = RowLayer(isQuantized: false, tokens: 6, ranks: 3, hasBias: true);
        var without = RowLayer(isQuantized: false, tokens: 6, ranks: 3, hasBias: false).With(layer.X, layer.Weight, null);
        Tensor[] with = RunRanks(layer, overlapped), bare = RunRanks(without, overlapped);
        for (int rank = 0; rank < 3; rank++)
        {
            var difference = Numbers.ToDoubles(with[rank]).Zip(Numbers.ToDoubles(bare[rank]), (a, b) => a - b).ToArray();
            for (int i = 0; i < difference.Length; i++)
                Assert.Equal(Numbers.ToDoubles(layer.Bias!)[i % layer.Outputs], difference[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pad_rows_are_zero_even_where_a_weight_is_infinite(bool overlapped)
    {
        var layer = RowLayer(isQuantized: false, tokens: 3, ranks: 2, hasBias: true);
        layer.With(layer.X, Numbers.From(layer.X.DType, layer.Weight.Sizes.ToArray(), i => i == 0 ? double.PositiveInfinity : 1), layer.Bias);
        var last = Numbers.ToDoubles(RunRanks(layer, overlapped)[1]);
        Assert.All(last[^layer.Outputs..], number => Assert.Equal(0, number));
    }

    [Fact]
    public void Fake_rounds_the_shard_up()
    {
        var layer = RowLayer(isQuantized: false, tokens: 5, ranks: 4, hasBias: false);
        Assert.Equal(2, layer.FakeSizes()[0]);
        Assert.All(RunRanks(layer, overlapped: true), result => Assert.Equal(2, result.Sizes[0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fake_keeps_the_number_of_tokens_symbolic(bool isRow)
    {
        var layer = isRow ? RowLayer(false, tokens: 5, ranks: 2, hasBias: true) : ColumnLayer(false, tokens: 5, ranks: 2, hasBias: true);
        var (type, graph) = layer.Trace();
        Assert.Empty(graph.Requirements);
        Assert.Equal(isRow ? "(n + 1) // 2" : "n", type.Shape[0].ToString());
        foreach (long n in new long[] { 0, 1, 2, 7, 1000, 1001, 1L << 40 })
            Assert.Equal(isRow ? (n + 1) / 2 : n, type.Shape[0].Evaluate(_ => n));
    }

    [Fact]
    public void A_reduced_result_is_not_reduced_again_by_the_layer()
    {
        var random = new Random(7);
        Tensor up = Numbers.Draw(random, DType.Float32, [8, 4]), down = Numbers.Draw(random, DType.Float32, [4, 8]);
        Tensor bias = Numbers.Draw(random, DType.Float32, [4]), x = Numbers.Draw(random, DType.Float32, [5, 4]);
        var unsplit = new Linear(down, bias).Forward(new Linear(up).Forward(x));
        var model = new Pair(up, down, bias, ranks: 2);
        Assert.Equal(2, FlashComm.Enable(model, threshold: 0).Swapped.Count);

        var shards = RankThreads.Run(2, _ =>
        {
            using var context = ForwardContext.Enter(5);
            return model.Forward(TokenShard.Invoke(x, 0, 2));
        });

        var rows = Numbers.Join(shards, 0);
        foreach (var (expected, given) in Numbers.ToDoubles(unsplit).Zip(rows))
            Assert.Equal(expected, given, 1e-4);
        var graph = model.Trace(new Symbol("n", 0, Symbol.Unbounded));
        Assert.DoesNotContain(graph.Nodes, node => node.Operator.Name == "evergraph::all_reduce");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gathered_rows_lose_their_padding(bool overlapped)
    {
        var layer = ColumnLayer(isQuantized: false, tokens: 5, ranks: 4, hasBias: true);
        Assert.All(RunRanks(layer, overlapped), result => Assert.Equal(5, result.Sizes[0]));
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void Row_and_column_compare_the_unpadded_tokens_with_the_threshold(long tokens, bool overlapped)
    {
        // With 4 ranks, 5 and 6 tokens are both padded to 8: only the unpadded number tells them apart.
        foreach (bool isQuantized in new[] { false, true })
        {
            foreach (var layer in new[] { RowLayer(isQuantized, tokens, 4, hasBias: true), ColumnLayer(isQuantized, tokens, 4, hasBias: true) })
            {
                var branches = RankThreads.Run(4, group =>
                {
                    using var recorder = new CountingRecorder();
                    layer.Run(group.Rank, threshold: 5, enabled: true);
                    return recorder.Branches.Single();
                });
                Assert.All(branches, branch => Assert.Equal(overlapped, branch));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Int8_padding_stands_for_zero(bool overlapped)
    {
        // A pad row of int8 zeros would come out as −zero_point·Σw·scale.
        var layer = RowLayer(isQuantized: true, tokens: 5, ranks: 4, hasBias: true);
        Assert.NotEqual(0, layer.ZeroPoint);
        var rows = Numbers.Join(RunRanks(layer, overlapped), 0);
        Assert.Equal(8 * layer.Outputs, rows.Length);
        Assert.All(rows[(5 * layer.Outputs)..], number => Assert.Equal(0, number));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Int8_without_overlap_uses_the_scales(bool isRow)
    {
        var layer = isRow ? RowLayer(true, tokens: 8, ranks: 2, hasBias: false) : ColumnLayer(true, tokens: 8, ranks: 2, hasBias: false);
        var whole = Numbers.Join(RunRanks(layer, overlapped: false), isRow ? 0 : 1);
        var (expected, magnitudes) = layer.Oracle();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], whole[i], 1e-5 * magnitudes[i]);
    }

    [Theory]
    [InlineData(true, DType.BFloat16)]
    [InlineData(false, DType.BFloat16)]
    [InlineData(true, DType.Float64)]
    [InlineData(false, DType.Float16)]
    public void Both_branches_give_the_type_that_was_asked_for(bool isRow, DType outType)
    {
        foreach (bool overlapped in new[] { false, true })
        {
            var layer = isRow ? RowLayer(true, 6, 2, hasBias: true, outType) : ColumnLayer(true, 6, 2, hasBias: true, outType);
            Assert.All(RunRanks(layer, overlapped), result => Assert.Equal(outType, result.DType));
            Assert.Equal(outType, layer.Trace().Type.DType);
        }
    }

    [Fact]
    public void Operators_communicate_over_the_group_of_their_name()
    {
        // Four ranks as a 2×2 grid: tp groups {0, 1} and {2, 3}, and a second group of that size across. A communicator taken
        // from the global rank, or from whichever group is innermost, sums the wrong two.
        var tp = new[] { ThreadProcessGroup.Create(2, Timeout), ThreadProcessGroup.Create(2, Timeout) };
        var across = new[] { ThreadProcessGroup.Create(2, Timeout, "across"), ThreadProcessGroup.Create(2, Timeout, "across") };
        var results = RankThreads.Run(4, world =>
        {
            using var outer = ProcessGroup.Use(tp[world.Rank / 2][world.Rank % 2]);
            using var inner = ProcessGroup.Use(across[world.Rank % 2][world.Rank / 2]);
            var one = Tensor.From([(float)(1 << world.Rank)], 1, 1);
            var weight = Tensor.From([1f], 1, 1);
            var rowSum = RowLinearMaybeFlashCommFp.Invoke(one, weight, null, 2, threshold: 0);
            var acrossSum = AllReduce.Invoke(one, 2, "across");
            return (rowSum.ReadOnlySpan<float>()[0], acrossSum.ReadOnlySpan<float>()[0]);
        });

        Assert.Equal([(3f, 5f), (0f, 10f), (12f, 5f), (0f, 10f)], results);
    }

    [Fact]
    public void Threshold_and_switch_of_a_layer_are_read()
    {
        var random = new Random(3);
        var model = new Pair(Numbers.Draw(random, DType.Float32, [8, 4]), Numbers.Draw(random, DType.Float32, [4, 8]), null, ranks: 2);
        FlashComm.Enable(model);
        model.Up.FlashComm = new(Threshold: 64);
        model.Down.FlashComm = new(Threshold: 128, Enabled: false);
        Assert.Equal([(64, true), (128, false)], Settings(model));

        FlashComm.Enable(model, threshold: 7, enabled: true);
        Assert.Equal([(7, true), (7, true)], Settings(model));
    }

    [Fact]
    public void Only_split_layers_of_the_given_stream_are_swapped()
    {
        var random = new Random(3);
        var model = new Multimodal(random);
        var report = FlashComm.Enable(model, include: path => !path.StartsWith("vision", StringComparison.Ordinal));
        Assert.Equal(["language.up", "language.down"], report.Swapped.Select(layer => layer.Path));
        Assert.Equal(
            [
                new UnswappedLayer("vision.up", "the filter excludes it"),
                new UnswappedLayer("vision.down", "the filter excludes it"),
                new UnswappedLayer("head", "it is not split over ranks"),
            ],
            report.LeftAlone);
        Assert.Equal("unquantized", model.Vision.Up.Method.Name);
        Assert.False(model.Vision.Up.TokensSharded);
        Assert.Equal("unquantized", model.Head.Method.Name);
        Assert.Equal("flashcomm", model.Language.Up.Method.Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_trace_serves_every_context(bool isRow)
    {
        // Nothing of the moment of tracing may get into the graph: not the rank, nor the tokens of a run that is under way.
        var layer = isRow ? RowLayer(false, 5, 2, hasBias: true) : ColumnLayer(false, 5, 2, hasBias: true);
        string plain = GraphPrinter.Print(layer.Trace().Graph);
        var traced = RankThreads.Run(2, _ =>
        {
            using var recorder = new CountingRecorder();
            using var context = ForwardContext.Enter(2000);
            string text = GraphPrinter.Print(layer.Trace().Graph);
            Assert.Empty(recorder.Branches);
            return text;
        });
        Assert.All(traced, text => Assert.Equal(plain, text));
    }

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private static IEnumerable<(long Threshold, bool Enabled)> Settings(Pair model) =>
        model.Trace(new Symbol("n", 0, Symbol.Unbounded)).Nodes.Where(node => node.Operator.Has(OperatorTraits.MaybeOverlap)).Select(node =>
            (((DimArgument)ArgumentOf(node, "threshold")).Dim.Value, ((BoolArgument)ArgumentOf(node, "enabled")).Truth));

    private static Argument ArgumentOf(Node node, string name) =>
        node.Arguments[node.Operator.Schema.Arguments.Select(argument => argument.Name).ToList().IndexOf(name)];

    private static Tensor[] RunRanks(FlashCommCase layer, bool overlapped) =>
        RankThreads.Run(layer.Ranks, group => layer.Run(group.Rank, threshold: 0, enabled: overlapped));

    private static FlashCommCase RowLayer(bool isQuantized, long tokens, int ranks, bool hasBias, DType? outType = null) =>
        Layer(true, isQuantized, tokens, ranks, hasBias, outType);

    private static FlashCommCase ColumnLayer(bool isQuantized, long tokens, int ranks, bool hasBias, DType? outType = null) =>
        Layer(false, isQuantized, tokens, ranks, hasBias, outType);

    private static FlashCommCase Layer(bool isRow, bool isQuantized, long tokens, int ranks, bool hasBias, DType? outType) => new FlashCommCase
    {
        IsRow = isRow,
        IsQuantized = isQuantized,
        Ranks = ranks,
        Batch = [],
        Tokens = tokens,
        Inputs = 2 * ranks,
        Outputs = 3 * ranks,
        XType = isQuantized ? DType.Int8 : DType.Float32,
        HasBias = hasBias,
        Flag = isRow,
        ZeroPoint = 7,
        OutType = outType,
    }.Fill(new Random(11));
}
