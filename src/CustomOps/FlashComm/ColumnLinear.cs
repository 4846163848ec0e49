namespace Evergraph.CustomOps;

/// <summary>
/// A linear layer whose outputs are split: rank r has token-shard r of x, [ceil(n/tp), K], and w_r [N/tp, K], and gets
/// unpad(gather(x))·w_rᵀ + b_r, [n, N/tp]. Leading axes of x are batches; each batch's tokens are sharded by themselves.
/// </summary>
/// <remarks>Each row is computed from the same numbers on both branches, which so agree bit for bit.</remarks>
internal static class ColumnLinear
{
    /// <summary>Runs the operator on one rank.</summary>
    /// <param name="call">The arguments that all operators share.</param>
    /// <param name="product">The product with this rank's weights.</param>
    /// <param name="x">[…, ceil(n/tp), K].</param>
    /// <param name="bias">[N/tp], this rank's part, or null.</param>
    /// <param name="tokens">n, without padding.</param>
    /// <param name="gatherOutput">Whether the features are gathered too, to [n, N].</param>
    public static Tensor Run(FlashCommCall call, LinearProduct product, Tensor x, Tensor? bias, long tokens, bool gatherOutput)
    {
        if (call.TpSize == 1)
        {
            FlashCommCall.WithoutCommunication();
            return product.Linear(x, bias);
        }

        var ranks = call.Ranks;
        var partition = new Partition(tokens, ranks.Size);
        long[] sizes = [.. x.Sizes[..^2], tokens, product.Features];
        var local = gatherOutput ? Scratch.Empty(product.SumType, sizes) : product.NewSum(sizes);
        var compared = new CollectiveCall(call.Operator, x, tokens);
        if (call.Overlaps(LinearProduct.Rows(local)))
            Overlap(compared, product, x, bias, partition, local, ranks);
        else
            InTurn(compared, product, x, bias, local, ranks);
        return gatherOutput ? GatherFeatures(call, product, local, ranks) : Scratch.Finish(local, product.ResultType);
    }

    /// <summary>An all-gather of the tokens, then the whole product.</summary>
    private static void InTurn(CollectiveCall compared, LinearProduct product, Tensor x, Tensor? bias, Tensor local, IProcessGroup ranks)
    {
        var whole = Scratch.Empty(x.DType, [.. local.Sizes[..^1], x.Sizes[^1]]);
        AllGather.Gather(compared, x, x.Rank - 2, whole, ranks);
        product.Multiply(whole, 0, LinearProduct.Rows(whole), bias, local, 0);
    }

    /// <summary>This rank's rows at once, while the other ranks' travel; then each of those as it is there.</summary>
    private static void Overlap(CollectiveCall compared, LinearProduct product, Tensor x, Tensor? bias, Partition partition, Tensor local, IProcessGroup ranks)
    {
        for (int step = 1; step < ranks.Size; step++)
            ranks.Send(x, (ranks.Rank + step) % ranks.Size, tag: 0);
        MultiplyPart(product, x, bias, partition, local, ranks.Rank);
        ranks.Barrier(compared);
        var arrival = Scratch.Empty(x.DType, x.Sizes);
        for (int step = 1; step < ranks.Size; step++)
        {
            int peer = (ranks.Rank + ranks.Size - step) % ranks.Size;
            ranks.Receive(arrival, peer, tag: 0);
            MultiplyPart(product, arrival, bias, partition, local, peer);
        }

        ranks.CompleteSends();
    }

    private static void MultiplyPart(LinearProduct product, Tensor part, Tensor? bias, Partition partition, Tensor local, int rank)
    {
        long batches = AxisBlock.Product(part.Sizes[..^2]);
        for (long batch = 0; batch < batches; batch++)
            product.Multiply(part, batch * partition.Part, partition.Count(rank), bias, local, (batch * partition.Size) + partition.First(rank));
    }

    private static Tensor GatherFeatures(FlashCommCall call, LinearProduct product, Tensor local, IProcessGroup ranks)
    {
        var part = Scratch.As(local, product.ResultType);
        var whole = Tensor.Empty(part.DType, [.. part.Sizes[..^1], ranks.Size * product.Features]);
        AllGather.Gather(new(call.Operator, part), part, part.Rank - 1, whole, ranks);
        return whole;
    }
}
