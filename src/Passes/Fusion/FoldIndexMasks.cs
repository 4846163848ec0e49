using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Recognizes attention masks that are computed from positions: those that hide the future and nothing else, and those
/// that hide nothing. Attention then needs no mask, and what computed it is left to <see cref="RemoveDeadNodes"/>.
/// </summary>
/// <remarks>
/// What a mask is, is proven by <see cref="IndexValues"/>, not matched: exporters write masks in many ways. A number that
/// stands for −∞ is the least of its type: beside logits that are numbers at all, its exponential is 0. A causal row sees
/// itself, so no row sees nothing.
/// </remarks>
public sealed class FoldIndexMasks : IPass
{
    private static readonly string[] Attention = ["aten::scaled_dot_product_attention", "aten::_scaled_dot_product_flash_attention_for_cpu"];

    /// <inheritdoc/>
    public string Name => "fold-index-masks";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var mutated = MutatedParameters.Of(graph);
        IndexValues? values = null;
        RewriteRule Rule(string algebra, PositionMask kind) => new(
            algebra,
            Pattern.Op("attention", Attention),
            match => match.Argument("attention", "attn_mask") is TensorArgument { Value: var mask }
                && PositionMasks.Of(mask, values ??= new(match.Graph, mutated)) == kind,
            (match, rewriter) => rewriter.Add(match.Node("attention").Operator, Without(match.Node("attention"), kind)));

        return RuleRewriter.Apply(
            graph,
            [
                Rule("attention(q, k, v, mask) = attention(q, k, v) when the mask hides nothing", PositionMask.Nothing),
                Rule("attention(q, k, v, mask) = attention(q, k, v, causal) when maskᵢⱼ = (j ≤ i)", PositionMask.Causal),
            ],
            context);
    }

    // With a mask it was not causal: the operators refuse both.
    private static EquatableArray<Argument> Without(Node attention, PositionMask kind)
    {
        var arguments = attention.Arguments.ToArray();
        var schema = attention.Operator.Schema;
        arguments[schema.IndexOf("attn_mask")] = Argument.None;
        arguments[schema.IndexOf("is_causal")] = new BoolArgument(kind == PositionMask.Causal);
        return EquatableArray<Argument>.Own(arguments);
    }
}
