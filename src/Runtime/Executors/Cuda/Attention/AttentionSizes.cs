namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>The sizes of one call.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Heads">Heads of queries, a multiple of <paramref name="KeyHeads"/>; head h takes the keys and values of head h / (Heads / KeyHeads).</param>
/// <param name="KeyHeads">Heads of keys and values, at least 1.</param>
/// <param name="Queries">Queries of a sequence.</param>
/// <param name="Keys">Keys of a sequence.</param>
/// <param name="HeadSize">E, features of a query and a key.</param>
/// <param name="ValueSize">V, features of a value.</param>
internal readonly record struct AttentionSizes(int Batch, int Heads, int KeyHeads, int Queries, int Keys, int HeadSize, int ValueSize)
{
    /// <summary>Query heads that share a head of keys.</summary>
    public int Group => Heads / KeyHeads;

    /// <summary>Queries of all heads that share a head of keys.</summary>
    public int Rows => checked(Queries * Group);

    /// <summary>Heads of keys in all sequences.</summary>
    public int Pairs => checked(Batch * KeyHeads);

    /// <summary>Whether the result has no elements.</summary>
    public bool IsEmpty => Batch == 0 || Heads == 0 || Queries == 0 || ValueSize == 0;
}
