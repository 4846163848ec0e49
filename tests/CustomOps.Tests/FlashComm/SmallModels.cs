using Evergraph.CustomOps.Layers;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

/// <summary>A column-parallel layer and a row-parallel one: the two halves of an MLP.</summary>
internal sealed class Pair : Module
{
    private readonly int _ranks;

    public Pair(Tensor up, Tensor down, Tensor? bias, int ranks, ILinearMethod? upMethod = null, ILinearMethod? downMethod = null)
    {
        _ranks = ranks;
        Up = Add("up", new ColumnParallelLinear(up, null, ranks, method: upMethod));
        Down = Add("down", new RowParallelLinear(down, bias, ranks, method: downMethod));
    }

    public ColumnParallelLinear Up { get; }

    public RowParallelLinear Down { get; }

    public Tensor Forward(Tensor x)
    {
        using var scope = Enter();
        return Down.Forward(Up.Forward(x));
    }

    /// <summary>The graph of the pair on token-sharded input where FlashComm is on, else on all tokens.</summary>
    public TensorGraph Trace(Symbol tokens) => Tracer.Trace(
        [new("x", new(DType.Float32, [tokens, Up.Weight.Data.Sizes[1]]))],
        inputs =>
        {
            using var context = ForwardContext.Enter(tokens);
            return [Forward(FlashComm.ShardsTokens(this) ? TokenShard.Invoke(inputs[0], 0, _ranks) : inputs[0])];
        });
}

/// <summary>Two streams and a head that is not split.</summary>
internal sealed class Multimodal : Module
{
    public Multimodal(Random random)
    {
        Vision = Add("vision", NewPair(random));
        Language = Add("language", NewPair(random));
        Head = Add("head", new Linear(Numbers.Draw(random, DType.Float32, [3, 4])));
    }

    public Pair Vision { get; }

    public Pair Language { get; }

    public Linear Head { get; }

    private static Pair NewPair(Random random) =>
        new(Numbers.Draw(random, DType.Float32, [8, 4]), Numbers.Draw(random, DType.Float32, [4, 8]), null, ranks: 2);
}
