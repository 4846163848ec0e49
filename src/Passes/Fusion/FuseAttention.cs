using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Turns attention over [batch, heads, tokens, features] into grouped-query attention over [batch, tokens, heads, features],
/// which takes projections as they are and reads each head of keys and values once for its group.
/// </summary>
/// <remarks>
/// The transposes that this puts around it meet those of the model, and <see cref="SimplifyViews"/> removes both. Attention
/// with a mask other than the causal one is left, and so is causal attention of sequences that are not proven equally long:
/// there the operators count positions from the same end, but no decoder means that.
/// </remarks>
public sealed class FuseAttention : IPass
{
    private const string Attention = "aten::scaled_dot_product_attention";

    private static readonly RewriteRule[] Rules =
    [
        new(
            "attention(q, k, v) = grouped_query_attention(qᵀ, kᵀ, vᵀ)ᵀ, where ᵀ exchanges heads and tokens",
            Pattern.Op("attention", Attention, Pattern.Any("q"), Pattern.Any("k"), Pattern.Any("v")),
            CanGroup,
            Group),
    ];

    /// <inheritdoc/>
    public string Name => "fuse-attention";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context) => RuleRewriter.Apply(graph, Rules, context);

    private static bool CanGroup(Match match)
    {
        var node = match.Node("attention");
        var (k, v) = KeyAndValue(match);
        var (query, key, value) = (match.TypeOf("q").Shape, match.Graph.TypeOf(k).Shape, match.Graph.TypeOf(v).Shape);
        return node.Argument("attn_mask") is NoneArgument && node.Is("dropout_p", 0)
            && query.Rank == 4 && key.Rank == 4 && value.Rank == 4
            && query[0].Equals(key[0]) && query[0].Equals(value[0])
            && key[1].Equals(value[1]) && (key[1] >= 1).Proof == Truth.True && (query[1] % key[1] == 0).Proof == Truth.True
            && key[2].Equals(value[2])
            && (!node.IsTrue("is_causal") || (query[2] == key[2]).Proof == Truth.True);
    }

    private static Value[] Group(Match match, RuleRewriter rewriter)
    {
        var node = match.Node("attention");
        var (k, v) = KeyAndValue(match);
        var grouped = rewriter.Add(
            "evergraph::grouped_query_attention",
            ("q", Turned(rewriter, match["q"])),
            ("k", Turned(rewriter, k)),
            ("v", Turned(rewriter, v)),
            ("scale", node.Argument("scale")),
            ("is_causal", node.Argument("is_causal")));
        return [((TensorArgument)Turned(rewriter, grouped[0])).Value];
    }

    private static TensorArgument Turned(RuleRewriter rewriter, Value value) => new(rewriter.Add(
        "aten::transpose.int", ("self", new TensorArgument(value)), ("dim0", new DimArgument(1)), ("dim1", new DimArgument(2)))[0]);

    // Keys and values before they were repeated for the query heads: both, or neither.
    private static (Value Key, Value Value) KeyAndValue(Match match)
    {
        var (k, v) = (match["k"], match["v"]);
        return RepeatedHeads.Source(k, match.Graph) is { } key && RepeatedHeads.Source(v, match.Graph) is { } value
            && match.Graph.TypeOf(key).Shape[1].Equals(match.Graph.TypeOf(value).Shape[1]) ? (key, value) : (k, v);
    }
}
