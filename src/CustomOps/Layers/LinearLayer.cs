namespace Evergraph.CustomOps.Layers;

/// <summary>A linear layer: a weight [N, K], a bias [N] or none, and a method that computes with them.</summary>
public abstract class LinearLayer : Module
{
    private protected LinearLayer(Tensor weight, Sharding? weightSharding, Tensor? bias, Sharding? biasSharding, int tensorParallel, ILinearMethod? method)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tensorParallel, 1);
        if (weight.Rank != 2)
            throw new EvergraphException($"a linear layer's weight is a matrix [output features, input features]: given {weight.Type}");
        if (bias is not null && (bias.Rank != 1 || bias.Sizes[0] != weight.Sizes[0]))
            throw new EvergraphException($"a linear layer's bias has one number for each output feature: expected [{weight.Sizes[0]}], given {bias.Type}");
        TensorParallel = tensorParallel;
        Weight = Add(new Parameter("weight", weight, weightSharding));
        Bias = bias is null ? null : Add(new Parameter("bias", bias, biasSharding));
        Method = method ?? UnquantizedLinearMethod.Instance;
    }

    /// <summary>The weight, [N, K] whole.</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, [N] whole, or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>How many ranks the layer is split over.</summary>
    public int TensorParallel { get; }

    /// <summary>How the layer computes.</summary>
    public ILinearMethod Method { get; set; }

    /// <summary>Threshold and switch of FlashComm for this layer; what it leaves open, weaker sources say.</summary>
    public FlashCommOptions? FlashComm { get; set; }

    /// <summary>
    /// Whether the layer is in a stream whose tokens are sharded over ranks between layers. Set by
    /// <see cref="Layers.FlashComm.Enable"/>; a method that cannot shard is then wrapped in a gather or a shard.
    /// </summary>
    public bool TokensSharded { get; internal set; }

    /// <summary>Applies the layer.</summary>
    public abstract Tensor Forward(Tensor x);
}
