namespace Evergraph.CustomOps.Layers;

/// <summary>A linear layer whose output features are split: rank r has rows r·N/tp … of the weight and of the bias.</summary>
/// <param name="weight">[N, K], whole; N is a multiple of <paramref name="tensorParallel"/>.</param>
/// <param name="bias">[N], whole, or null.</param>
/// <param name="tensorParallel">How many ranks.</param>
/// <param name="gatherOutput">Whether every rank gets all N features instead of its own.</param>
/// <param name="method">How it computes; unquantised where null.</param>
public sealed class ColumnParallelLinear(Tensor weight, Tensor? bias, int tensorParallel, bool gatherOutput = false, ILinearMethod? method = null)
    : LinearLayer(weight, new(0, tensorParallel), bias, new(0, tensorParallel), tensorParallel, method)
{
    /// <summary>Whether every rank gets all features.</summary>
    public bool GatherOutput { get; } = gatherOutput;

    /// <summary>[…, n, K] to […, n, N/tp], or to […, n, N] with <see cref="GatherOutput"/>; the input is one token-shard where tokens are sharded.</summary>
    public override Tensor Forward(Tensor x)
    {
        using var scope = Enter();
        if (TokensSharded && !Method.ShardsTokens)
            x = AllGather.Invoke(x, x.Rank - 2, ForwardContext.NumTokens, TensorParallel);
        return Method.Apply(this, x);
    }
}
