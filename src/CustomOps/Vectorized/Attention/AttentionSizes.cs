namespace Evergraph.CustomOps.Vectorized;

/// <summary>The sizes of a grouped-query attention: q [Batch, Rows, Heads, HeadSize], k and v [Batch, Keys, KeyHeads, …].</summary>
internal sealed record AttentionSizes(int Batch, int Rows, int Keys, int Heads, int KeyHeads, int HeadSize, int ValueSize);
