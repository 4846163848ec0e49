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
        IndexValue? Mask(Match match) => match.Argument("attention", "attn_mask") is TensorArgument { Value: var mask }
            ? (values ??= new(match.Graph, mutated)).Of(mask)
            : null;
        TensorType Type(Match match) => match.Graph.TypeOf(match.Node("attention").Tensor("attn_mask")!.Value);

        return RuleRewriter.Apply(
            graph,
            [
                new(
                    "attention(q, k, v, mask) = attention(q, k, v) when the mask hides nothing",
                    Pattern.Op("attention", Attention),
                    match => Mask(match) is IndexValue.Everywhere mask && mask.Number == (Type(match).DType == DType.Bool ? 1 : 0),
                    (match, rewriter) => rewriter.Add(match.Node("attention").Operator, Without(match.Node("attention"), causal: false))),
                new(
                    "attention(q, k, v, mask) = attention(q, k, v, causal) when maskᵢⱼ = (j ≤ i)",
                    Pattern.Op("attention", Attention),
                    match => Mask(match) is IndexValue.Where mask && (IsCausal(mask, Type(match)) || IsCausal(mask.Opposite, Type(match))),
                    (match, rewriter) => rewriter.Add(match.Node("attention").Operator, Without(match.Node("attention"), causal: true))),
            ],
            context);
    }

    // Row i sees column j where f(i − j) ≥ 0 with f > 0.
    private static bool IsCausal(IndexValue.Where mask, TensorType type)
    {
        var (form, rank) = (mask.Form, type.Rank);
        if (!form.Constant.Equals(0) || rank < 2 || form.Steps.Take(rank - 2).Any(step => !step.Equals(0)))
            return false;
        return form.Steps[rank - 2].Range.Min > 0 && form.Steps[rank - 1].Equals(-form.Steps[rank - 2])
            && (type.DType == DType.Bool ? mask is { Yes: 1, No: 0 } : mask.Yes == 0 && mask.No <= Least(type.DType));
    }

    private static double Least(DType dtype) => dtype switch
    {
        DType.Float64 => double.MinValue,
        DType.Float32 => float.MinValue,
        DType.Float16 => (double)Half.MinValue,
        _ => (float)BFloat16.FromBits(0xFF7F),
    };

    private static EquatableArray<Argument> Without(Node attention, bool causal)
    {
        var arguments = attention.Arguments.ToArray();
        var schema = attention.Operator.Schema;
        arguments[schema.IndexOf("attn_mask")] = Argument.None;
        arguments[schema.IndexOf("is_causal")] = new BoolArgument(causal || attention.IsTrue("is_causal"));
        return EquatableArray<Argument>.Own(arguments);
    }
}
