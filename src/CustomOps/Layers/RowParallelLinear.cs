namespace Evergraph.CustomOps.Layers;

/// <summary>
/// A linear layer whose input features are split: rank r has columns r·K/tp … of the weight and gets that part of the
/// input. The bias is whole on every rank and added once.
/// </summary>
/// <param name="weight">[N, K], whole; K is a multiple of <paramref name="tensorParallel"/>.</param>
/// <param name="bias">[N], or null.</param>
/// <param name="tensorParallel">How many ranks.</param>
/// <param name="reduceResults">False for partial products that the caller sums; the bias is then in rank 0's.</param>
/// <param name="method">How it computes; unquantised where null.</param>
public sealed class RowParallelLinear(Tensor weight, Tensor? bias, int tensorParallel, bool reduceResults = true, ILinearMethod? method = null)
    : LinearLayer(weight, new(1, tensorParallel), bias, null, tensorParallel, method)
{
    /// <summary>Whether the result is summed over the ranks.</summary>
    public bool ReduceResults { get; } = reduceResults;

    /// <summary>[…, n, K/tp] to […, n, N], or to one token-shard of that where tokens are sharded. It is reduced already.</summary>
    public override Tensor Forward(Tensor x)
    {
        using var scope = Enter();
        var y = Method.Apply(this, x);
        return TokensSharded && ReduceResults && !Method.ShardsTokens ? TokenShard.Invoke(y, y.Rank - 2, TensorParallel) : y;
    }
}
