using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Where the operands of an attention have the elements that take part.</summary>
/// <param name="Query">The queries.</param>
/// <param name="Key">The keys.</param>
/// <param name="Value">The values.</param>
/// <param name="Batch">A size for each axis of the batch, heads last.</param>
/// <param name="Tokens">Queries of a head.</param>
/// <param name="Keys">Keys of a head.</param>
/// <param name="Features">Features of queries and keys.</param>
/// <param name="QueryOf">The place in the queries from one in the batch, a token and a feature.</param>
/// <param name="KeyOf">The same in the keys.</param>
/// <param name="ValueOf">The same in the values.</param>
/// <param name="Split">The place in the batch, the token and the feature from the place in the result.</param>
internal sealed record AttentionShape(
    LoweredValue Query, LoweredValue Key, LoweredValue Value, Shape Batch, Dim Tokens, Dim Keys, Dim Features,
    Func<Dim[], Dim, Dim, Dim[]> QueryOf, Func<Dim[], Dim, Dim, Dim[]> KeyOf, Func<Dim[], Dim, Dim, Dim[]> ValueOf,
    Func<Dim[], (Dim[] Batch, Dim Token, Dim Feature)> Split)
{
    /// <summary>Broadcast to [batch..., tokens, keys]: true where a key is seen, or what is added to its logit; or null.</summary>
    public LoweredValue? Mask { get; init; }

    /// <summary>How many heads of the queries take one head of the keys and values, one after another.</summary>
    public Dim Group { get; init; } = 1;

    /// <summary>Whether the result has the heads before the tokens.</summary>
    public bool IsHeadsOuter { get; init; }

    /// <summary>How many heads of queries there are.</summary>
    public Dim Heads => Batch.Rank == 0 ? 1 : Batch[^1];
}
