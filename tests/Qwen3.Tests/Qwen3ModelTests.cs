using Evergraph.CustomOps;
using Evergraph.CustomOps.Layers;
using Evergraph.Graph;
using Evergraph.Passes;
using Evergraph.Runtime;

namespace Evergraph.Samples.Qwen3.Tests;

public class Qwen3ModelTests
{
    /// <summary>Ranks, and the threshold: null where FlashComm is not enabled.</summary>
    public static TheoryData<int, int?> Splits => new()
    {
        { 1, null }, { 1, 0 }, { 2, null }, { 2, 0 }, { 2, 16 }, { 2, 1000 },
    };

    [Theory]
    [MemberData(nameof(Splits))]
    public void Eager_logits_are_PyTorchs(int ranks, int? threshold)
    {
        var model = Model(ranks, threshold);
        foreach (var (ids, expected) in RecordedQwen3.Cases)
        {
            var logits = RankThreads.Run(ranks, _ => model.Forward(ids));
            Assert.All(logits, given => Close(expected, given));
        }
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void Traced_logits_are_PyTorchs_with_one_compilation(int ranks, int? threshold)
    {
        var compiled = GraphCompiler.Compile(Model(ranks, threshold).Trace(), new() { TensorParallel = ranks });
        foreach (var (ids, expected) in RecordedQwen3.Cases)
            Assert.All(compiled.RunOnRanks([ids]), outputs => Close(expected, outputs[0]));
        Assert.Equal(1, compiled.Statistics.Compilations);

        // The one graph ran on both sides of the threshold: each of 4 linears in 2 layers decided at each run, on every rank.
        int above = ranks == 1 ? 0 : RecordedQwen3.Cases.Count(recorded => recorded.Ids.Sizes[1] > threshold);
        int below = RecordedQwen3.Cases.Count - above;
        Assert.Equal(threshold is null ? 0 : 8, compiled.Statistics.Branches.Count);
        Assert.All(compiled.Statistics.Branches, branch => Assert.Equal((ranks * below, ranks * above), (branch.Plain, branch.Fused)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(1000)]
    public void The_compiler_pass_gives_the_same_as_enabling_the_layers(int threshold)
    {
        var compiled = GraphCompiler.Compile(Model(2, null).Trace(), new() { TensorParallel = 2, FlashComm = new(threshold, true) });
        Assert.DoesNotContain(compiled.Graph.Nodes, node => node.Operator.Name == "evergraph::all_reduce");
        foreach (var (ids, expected) in RecordedQwen3.Cases)
            Assert.All(compiled.RunOnRanks([ids]), outputs => Close(expected, outputs[0]));
    }

    [Fact]
    public void A_split_model_equals_the_unsplit_one_at_every_number_of_tokens()
    {
        var weights = Qwen3Weights.Seeded(Qwen3Config.Small, seed: 1);
        var random = new Random(2);
        var whole = GraphCompiler.Compile(new Qwen3Model(Qwen3Config.Small, weights).Trace());
        foreach (int ranks in new[] { 2, 4 })
        {
            var model = new Qwen3Model(Qwen3Config.Small, weights, ranks);
            FlashComm.Enable(model, threshold: 7);
            var split = GraphCompiler.Compile(model.Trace(), new() { TensorParallel = ranks });
            foreach (int tokens in new[] { 0, 1, 2, 3, 7, 8, 33 })
            {
                var ids = Tensor.From([.. Enumerable.Range(0, tokens).Select(_ => (long)random.Next(256))], 1, tokens);
                var expected = whole.Run(ids)[0];
                Assert.All(split.RunOnRanks([ids]), outputs => Close(expected, outputs[0]));
            }

            Assert.Equal(1, split.Statistics.Compilations);
        }
    }

    [Fact]
    public void After_enabling_FlashComm_the_residual_is_one_shard_and_nothing_is_all_reduced()
    {
        var model = Model(2, threshold: 16);
        Assert.Equal(14, model.Walk().Count(item => item.Module is LinearLayer { TokensSharded: true }));
        var graph = model.Trace();
        Assert.Empty(graph.Requirements);
        Assert.DoesNotContain(graph.Nodes, node => node.Operator.Name == "evergraph::all_reduce");
        var residual = graph.Nodes.Where(node => node.Operator.Name == "aten::add.Tensor" && node.OutputTypes[0].Rank == 3).ToList();
        Assert.Equal(4, residual.Count);
        Assert.All(residual, node => Assert.Equal("float32[1, (tokens + 1) // 2, 64]", node.OutputTypes[0].ToString()));
        Assert.Equal("float32[1, tokens, 200]", graph.TypeOf(graph.Outputs[0].Value).ToString());
    }

    [Fact]
    public void Parameters_are_named_as_in_transformers()
    {
        var names = Model(2, threshold: 16).Trace().Parameters.Select(parameter => parameter.Name).ToHashSet();
        Assert.Superset(Qwen3Weights.Shapes(Qwen3Config.Fixture).Select(shape => shape.Name).ToHashSet(), names);
    }

    [Fact]
    public void Ids_without_a_batch_give_logits_without_one()
    {
        var (ids, expected) = RecordedQwen3.Cases[0];
        var logits = Model(1, null).Forward(ids.Reinterpret(ids.Sizes[1]));
        Close(expected.Reinterpret(expected.Sizes[1..]), logits);
    }

    [Fact]
    public void Weights_and_ranks_that_do_not_fit_are_refused()
    {
        string error = Assert.Throws<EvergraphException>(() => new Qwen3Model(Qwen3Config.Fixture, Qwen3Weights.Seeded(Qwen3Config.Small, 1))).Message;
        Assert.StartsWith(
            "the weights are not those of this Qwen3: model.embed_tokens.weight: expected [200, 64], given float32[256, 64]; model.layers.0.self_attn.q_proj.weight: expected [64, 64], given float32[128, 64]; ",
            error,
            StringComparison.Ordinal);
        Assert.EndsWith("; lm_head.weight: expected [200, 64], given float32[256, 64]", error, StringComparison.Ordinal);
        Assert.Contains("m.lm_head.weight is missing", Assert.Throws<EvergraphException>(() => new Qwen3Model(Qwen3Config.Fixture, new(new Dictionary<string, Tensor>(), "m."))).Message, StringComparison.Ordinal);
        Assert.Equal(
            "Qwen3: 2 key-value heads do not divide over 4 ranks: expected a multiple; use fewer ranks",
            Assert.Throws<EvergraphException>(() => new Qwen3Model(Qwen3Config.Fixture, RecordedQwen3.Weights, 4)).Message);
    }

    private static Qwen3Model Model(int ranks, int? threshold)
    {
        var model = new Qwen3Model(Qwen3Config.Fixture, RecordedQwen3.Weights, ranks);
        if (threshold is not null)
            FlashComm.Enable(model, threshold);
        return model;
    }

    private static void Close(Tensor expected, Tensor given)
    {
        Assert.Equal(expected.Type, given.Type);
        ReadOnlySpan<float> a = expected.ReadOnlySpan<float>(), b = given.ReadOnlySpan<float>();
        for (int i = 0; i < a.Length; i++)
        {
            if (!(Math.Abs(a[i] - b[i]) <= 1e-5f + (1e-4f * Math.Abs(a[i]))))
                Assert.Fail($"element {i}: expected {a[i]}, given {b[i]}");
        }
    }
}
