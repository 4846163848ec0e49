namespace Evergraph.CustomOps.Aten;

/// <summary>The sizes of an attention, and which matrices each head takes.</summary>
/// <param name="Batch">The sizes of the batch; there is a head for each of it.</param>
/// <param name="Query">For each head the number of its query matrix.</param>
/// <param name="Key">For each head the number of its key matrix.</param>
/// <param name="Value">For each head the number of its value matrix.</param>
/// <param name="Mask">For each head the number of its mask matrix; empty without a mask.</param>
/// <param name="Rows">L, rows of a query.</param>
/// <param name="Keys">S, rows of key and value.</param>
/// <param name="HeadSize">E, columns of query and key.</param>
/// <param name="ValueSize">V, columns of a value.</param>
/// <param name="MaskRows">L, or 1 where one row of the mask serves all.</param>
/// <param name="MaskKeys">S, or 1 where one column of the mask serves all.</param>
/// <param name="Causal">Row i sees the keys 0…i only.</param>
/// <param name="Scale">The factor of the logits.</param>
internal sealed record AttentionHeads(
    long[] Batch,
    int[] Query,
    int[] Key,
    int[] Value,
    int[] Mask,
    int Rows,
    int Keys,
    int HeadSize,
    int ValueSize,
    int MaskRows,
    int MaskKeys,
    bool Causal,
    double Scale)
{
    /// <summary>The heads of legal operands; see <see cref="Attention.Run"/>.</summary>
    public static AttentionHeads Of(Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal, double? scale, bool grouped)
    {
        long[] batch = grouped
            ? Broadcast.Sizes(query.Sizes[..^2], Broadcast.Sizes([.. key.Sizes[..^3], 1], [.. value.Sizes[..^3], 1]))
            : Broadcast.Sizes(query.Sizes[..^2], Broadcast.Sizes(key.Sizes[..^2], value.Sizes[..^2]));
        return new(
            batch,
            BatchMatrices.Of(query.Sizes[..^2], batch),
            BatchMatrices.Of(key.Sizes[..^2], batch, grouped),
            BatchMatrices.Of(value.Sizes[..^2], batch, grouped),
            mask is null ? [] : BatchMatrices.Of(mask.Rank < 2 ? [] : mask.Sizes[..^2], batch),
            (int)query.Sizes[^2],
            (int)key.Sizes[^2],
            (int)query.Sizes[^1],
            (int)value.Sizes[^1],
            mask is { Rank: >= 2 } ? (int)mask.Sizes[^2] : 1,
            mask is { Rank: >= 1 } ? (int)mask.Sizes[^1] : 1,
            causal,
            scale ?? (1 / Math.Sqrt(query.Sizes[^1])));
    }
}
