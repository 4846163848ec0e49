using Evergraph.CustomOps.Layers;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.CustomOps.Tests;

public class LayerTests
{
    private readonly Random _random = new(5);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Split_layers_equal_the_whole_ones(int ranks)
    {
        Tensor up = Draw(8, 4), upBias = Draw(8), down = Draw(4, 8), downBias = Draw(4), x = Draw(5, 4);
        var whole = new Linear(up, upBias).Forward(x);
        Same(whole, RankThreads.Run(ranks, _ => new ColumnParallelLinear(up, upBias, ranks, gatherOutput: true).Forward(x))[0]);
        var column = new ColumnParallelLinear(up, upBias, ranks);
        var row = new RowParallelLinear(down, downBias, ranks);
        var expected = new Linear(down, downBias).Forward(whole);
        Assert.All(RankThreads.Run(ranks, _ => row.Forward(column.Forward(x))), y => Same(expected, y));

        var partial = new RowParallelLinear(down, downBias, ranks, reduceResults: false);
        var sums = RankThreads.Run(ranks, _ => partial.Forward(column.Forward(x)));
        var sum = sums.Select(Numbers.ToDoubles).Aggregate((a, b) => [.. a.Zip(b, (p, q) => p + q)]);
        Assert.All(Numbers.ToDoubles(expected).Zip(sum), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void A_method_that_is_not_known_is_left_alone_reported_and_still_right()
    {
        Tensor up = Draw(8, 4), down = Draw(4, 8), bias = Draw(4), x = Draw(5, 4);
        var expected = new Linear(down, bias).Forward(new Linear(up).Forward(x));
        foreach (bool upUnknown in new[] { true, false })
        {
            var model = new Pair(up, down, bias, 2, upUnknown ? new Foreign() : null, upUnknown ? null : new Foreign());
            var report = FlashComm.Enable(model, threshold: 0);
            string unknown = upUnknown ? "up" : "down", known = upUnknown ? "down" : "up";
            Assert.Equal(
                $"{known}: unquantized -> flashcomm\n{unknown}: left alone, its method 'foreign' has no FlashComm version: expected unquantized or w8a8",
                report.ToString());
            var shards = RankThreads.Run(2, _ =>
            {
                using var context = ForwardContext.Enter(5);
                return model.Forward(TokenShard.Invoke(x, 0, 2));
            });
            var rows = Numbers.Join(shards, 0)[..(5 * 4)];
            Assert.All(Numbers.ToDoubles(expected).Zip(rows), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    [Fact]
    public void Int8_layers_swap_to_int8_and_give_the_same()
    {
        Tensor up = Numbers.Draw(_random, DType.Int8, [8, 4]), down = Numbers.Draw(_random, DType.Int8, [4, 8]), bias = Draw(4), x = Draw(5, 4);
        W8A8LinearMethod Quantized(Sharding? cut, int features) => new(new Parameter("weight_scale", Numbers.From(DType.Float32, [features], i => 0.001 * (i + 1)), cut), 0.02, 3);
        var plain = new Pair(up, down, bias, 2, Quantized(new(0, 2), 8), Quantized(null, 4));
        var flash = new Pair(up, down, bias, 2, Quantized(new(0, 2), 8), Quantized(null, 4));
        Assert.Equal("up: w8a8 -> flashcomm w8a8\ndown: w8a8 -> flashcomm w8a8", FlashComm.Enable(flash, threshold: 0).ToString());
        Assert.Equal("up: flashcomm w8a8 -> flashcomm w8a8\ndown: flashcomm w8a8 -> flashcomm w8a8", FlashComm.Enable(flash, threshold: 3).ToString());
        var expected = RankThreads.Run(2, _ => plain.Forward(x))[0];
        var shards = RankThreads.Run(2, _ =>
        {
            using var context = ForwardContext.Enter(5);
            return flash.Forward(TokenShard.Invoke(x, 0, 2));
        });
        Assert.All(Numbers.ToDoubles(expected).Zip(Numbers.Join(shards, 0)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void A_trace_names_parameters_by_module_and_types_them_as_one_ranks_part()
    {
        var model = new Multimodal(_random);
        var n = new Symbol("n", 0, Symbol.Unbounded);
        var graph = Tracer.Trace([new("x", new(DType.Float32, [n, 4]))], inputs => [model.Language.Forward(inputs[0])]);
        Assert.Equal(
            ["language.up.weight float32[4, 4] Sharding { Axis = 0, Parts = 2 }", "language.down.weight float32[4, 4] Sharding { Axis = 1, Parts = 2 }"],
            graph.Parameters.Select(parameter => $"{parameter.Name} {parameter.Type} {parameter.Sharding}"));
        Assert.Equal(["language.up", "language.down", "language.down"], graph.Nodes.Select(node => node.Source.Module));
        Assert.Equal("evergraph::all_reduce", graph.Nodes[2].Operator.Name);
    }

    [Fact]
    public void What_does_not_divide_or_fit_is_refused()
    {
        Assert.Equal(
            "parameter weight does not divide over ranks: expected a size along axis 0 that is a multiple of 3, given float32[8, 4]",
            Assert.Throws<EvergraphException>(() => new ColumnParallelLinear(Draw(8, 4), null, 3)).Message);
        Assert.Equal(
            "a linear layer's bias has one number for each output feature: expected [8], given float32[4]",
            Assert.Throws<EvergraphException>(() => new Linear(Draw(8, 4), Draw(4))).Message);
        Assert.Equal(
            "a layer with token-sharded input needs the true number of tokens: put it in force with ForwardContext.Enter at the model's entry",
            Assert.Throws<EvergraphException>(() => ForwardContext.NumTokens).Message);
        var shared = new Pair(Draw(8, 4), Draw(4, 8), null, 1);
        Assert.StartsWith("module 'b' of Holder is a child already, named 'a'", Assert.Throws<EvergraphException>(() => new Holder(shared)).Message, StringComparison.Ordinal);
    }

    private static void Same(Tensor expected, Tensor given)
    {
        Assert.Equal(expected.Type, given.Type);
        Assert.All(Numbers.ToDoubles(expected).Zip(Numbers.ToDoubles(given)), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    private Tensor Draw(params long[] sizes) => Numbers.Draw(_random, DType.Float32, sizes);

    private sealed class Holder : Module
    {
        public Holder(Module shared)
        {
            Add("a", shared);
            Add("b", shared);
        }
    }

    private sealed class Foreign : ILinearMethod
    {
        public string Name => "foreign";

        public bool ShardsTokens => false;

        public Tensor Apply(Linear layer, Tensor x) => UnquantizedLinearMethod.Instance.Apply(layer, x);

        public Tensor Apply(ColumnParallelLinear layer, Tensor x) => UnquantizedLinearMethod.Instance.Apply(layer, x);

        public Tensor Apply(RowParallelLinear layer, Tensor x) => UnquantizedLinearMethod.Instance.Apply(layer, x);
    }
}
