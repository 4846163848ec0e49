using System.Runtime.InteropServices;

namespace Evergraph.CustomOps;

/// <summary>
/// A linear layer whose inputs are split: rank r has x_r [n, K/tp] and w_r [N, K/tp], and gets row-shard r of
/// pad(Σ x_r·w_rᵀ + b), [ceil(n/tp), N]. Leading axes of x are batches; each batch's tokens are sharded by themselves.
/// </summary>
/// <remarks>
/// The bias is added after the sum over ranks, by the rank that owns the row, to real rows only: so once a row on both
/// branches, and rows of padding are 0. Both branches add the same partial products in the order of ranks, and so agree bit
/// for bit.
/// </remarks>
internal static class RowLinear
{
    /// <summary>Runs the operator on one rank.</summary>
    /// <param name="call">The arguments that all operators share.</param>
    /// <param name="product">The product with this rank's weights.</param>
    /// <param name="x">[…, n, K/tp].</param>
    /// <param name="bias">[N], the same on every rank, or null.</param>
    /// <param name="reduceResults">False for the partial product […, n, N], with the bias on rank 0.</param>
    public static Tensor Run(FlashCommCall call, LinearProduct product, Tensor x, Tensor? bias, bool reduceResults)
    {
        if (call.TpSize == 1)
        {
            FlashCommCall.WithoutCommunication();
            return product.Linear(x, bias);
        }

        var ranks = call.Ranks;
        if (!reduceResults)
        {
            FlashCommCall.WithoutCommunication();
            return product.Linear(x, ranks.Rank == 0 ? bias : null);
        }

        var partition = new Partition(x.Sizes[^2], ranks.Size);
        var sum = product.NewSum([.. x.Sizes[..^2], partition.Part, product.Features]);
        var compared = new CollectiveCall(call.Operator, x);
        if (call.Overlaps(LinearProduct.Rows(x)))
            Overlap(compared, product, x, partition, sum, ranks);
        else
            InTurn(compared, product, x, partition, sum, ranks);
        if (bias is not null)
            AddBias(bias, sum, partition.Count(ranks.Rank));
        return Scratch.Finish(sum, product.ResultType);
    }

    /// <summary>The whole product, then a reduce-scatter.</summary>
    private static void InTurn(CollectiveCall compared, LinearProduct product, Tensor x, Partition partition, Tensor sum, IProcessGroup ranks)
    {
        var layout = PartLayout.Of(x.DType, x.Sizes, x.Rank - 2, partition);
        var blocks = x;
        if (!layout.IsBlocked)
        {
            blocks = Scratch.Empty(x.DType, [ranks.Size, .. x.Sizes[..^2], partition.Part, x.Sizes[^1]]);
            layout.Pack(x.ReadOnlyBytes(), blocks.Bytes(), product.Padding);
        }

        var partial = Scratch.Empty(product.SumType, [ranks.Size, .. sum.Sizes]);
        product.Multiply(blocks, 0, LinearProduct.Rows(blocks), null, partial, 0);
        ranks.ReduceScatter(compared, partial, sum);
        ClearPadding(sum, partition.Count(ranks.Rank));
    }

    // Zeros times an infinite weight would not be 0.
    private static void ClearPadding(Tensor sum, long rows)
    {
        int row = (int)sum.Sizes[^1] * sum.DType.Size(), part = (int)sum.Sizes[^2] * row;
        if (part == 0)
            return;
        var bytes = sum.Bytes();
        for (int start = 0; start < bytes.Length; start += part)
            bytes.Slice(start + ((int)rows * row), part - ((int)rows * row)).Clear();
    }

    /// <summary>
    /// The next rank's rows first, then those of the one after it: each chunk travels while the following one is computed,
    /// and this rank's own rows come last.
    /// </summary>
    private static void Overlap(CollectiveCall compared, LinearProduct product, Tensor x, Partition partition, Tensor sum, IProcessGroup ranks)
    {
        for (int step = 1; step < ranks.Size; step++)
        {
            int peer = (ranks.Rank + step) % ranks.Size;
            ranks.Send(Chunk(product, x, partition, sum, peer), peer, tag: 0);
        }

        var own = Chunk(product, x, partition, sum, ranks.Rank);
        ranks.Barrier(compared);
        var arrival = Scratch.Empty(sum.DType, sum.Sizes);
        var total = new RankSum(sum);
        for (int rank = 0; rank < ranks.Size; rank++)
        {
            if (rank != ranks.Rank)
                ranks.Receive(arrival, rank, tag: 0);
            total.Add((rank == ranks.Rank ? own : arrival).ReadOnlyBytes());
        }

        total.Complete();
        ranks.CompleteSends();
    }

    /// <summary>The partial product for one rank's rows, its padding zero.</summary>
    private static Tensor Chunk(LinearProduct product, Tensor x, Partition partition, Tensor sum, int rank)
    {
        var chunk = Scratch.Empty(sum.DType, sum.Sizes);
        long rows = partition.Count(rank);
        if (rows < partition.Part)
            chunk.Bytes().Clear();
        long batches = AxisBlock.Product(x.Sizes[..^2]);
        for (long batch = 0; batch < batches; batch++)
            product.Multiply(x, (batch * partition.Size) + partition.First(rank), rows, null, chunk, batch * partition.Part);
        return chunk;
    }

    private static void AddBias(Tensor bias, Tensor sum, long rows)
    {
        var added = Scratch.As(bias, sum.DType);
        switch (sum.DType)
        {
            case DType.Float64:
                AddBias(added.ReadOnlySpan<double>(), sum, rows);
                break;
            case DType.Float32:
                AddBias(added.ReadOnlySpan<float>(), sum, rows);
                break;
            default:
                // The 16-bit types add in float32.
                var wide = Scratch.As(sum, DType.Float32);
                AddBias(Scratch.As(bias, DType.Float32).ReadOnlySpan<float>(), wide, rows);
                Casts.Convert(wide.ReadOnlyBytes(), DType.Float32, sum.Bytes(), sum.DType);
                break;
        }
    }

    private static void AddBias<T>(ReadOnlySpan<T> bias, Tensor sum, long rows)
        where T : unmanaged, System.Numerics.IAdditionOperators<T, T, T>, System.Numerics.IAdditiveIdentity<T, T>
    {
        int part = (int)sum.Sizes[^2], batches = (int)AxisBlock.Product(sum.Sizes[..^2]);
        var elements = MemoryMarshal.Cast<byte, T>(sum.Bytes());
        for (int batch = 0; batch < batches; batch++)
        {
            for (int row = 0; row < rows; row++)
            {
                var values = elements.Slice(((batch * part) + row) * bias.Length, bias.Length);
                TensorPrimitives.Add(values, bias, values);
            }
        }
    }
}
