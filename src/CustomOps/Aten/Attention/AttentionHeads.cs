namespace Evergraph.CustomOps.Aten;

/// <summary>The sizes of an attention, and which matrices each head takes.</summary>
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
    double Scale);
