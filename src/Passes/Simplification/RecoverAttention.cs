using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Finds the attention that an exporter, or a model itself, wrote out as products and a softmax, so that later passes see attention.
/// </summary>
/// <remarks>
/// <para>Attention gives 0 for a row that sees no key, where a plain softmax gives NaN. So a plain softmax is taken only without a
/// mask, or with one that is proven to hide at most the future; PyTorch's <c>_safe_softmax</c>, which gives 0, with any.</para>
/// <para>In 16-bit types the written-out products round logits and weights; attention rounds once, at the end.</para>
/// </remarks>
public sealed class RecoverAttention : IPass
{
    private const string Attention = "aten::scaled_dot_product_attention";
    private const string Flash = "aten::_scaled_dot_product_flash_attention_for_cpu";

    // The parameters of both operators.
    private static readonly string[] Shared = ["query", "key", "value", "attn_mask", "dropout_p", "is_causal", "scale"];

    private static readonly Pattern Softmax = Pattern.Op("softmax", ["aten::softmax.int", "aten::_softmax"], Pattern.Any("logits"));

    private static readonly Pattern SeesNothing = Pattern.Op(
        "nothing",
        "aten::logical_not",
        Pattern.Op("any", "aten::any.dim", Pattern.Op("seen", "aten::logical_not", Pattern.Op("hidden", "aten::eq.Scalar", Pattern.Any("logits")))));

    private static readonly Pattern SafeSoftmax = Pattern.Op(
        "safe", "aten::where.self", SeesNothing, Pattern.Op("zeros", ["aten::full_like", "aten::zeros_like"]), Softmax);

    /// <inheritdoc/>
    public string Name => "recover-attention";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var rewrites = new List<Rewrite>();
        var parts = WithoutLogarithms(graph, context.Registry, rewrites);
        var mutated = MutatedParameters.Of(parts);
        IndexValues? values = null;
        bool IsHarmless(Match match) => WrittenLogits.Of(match["logits"], match.Graph) is { } logits
            && (logits.Mask is not { } mask || PositionMasks.Of(mask, values ??= new(match.Graph, mutated)) != PositionMask.Other);

        var result = RuleRewriter.Apply(
            parts,
            [
                new(
                    "safe_softmax(c · q·kᵀ + mask) · v = attention(q, k, v, mask, c)",
                    Pattern.Op("mixed", "aten::matmul", SafeSoftmax, Pattern.Any("v")),
                    match => IsSafe(match) && Fits(match),
                    Attend),
                new(
                    "softmax(c · q·kᵀ + mask) · v = attention(q, k, v, mask, c) when every row sees a key",
                    Pattern.Op("mixed", "aten::matmul", Pattern.Either(Softmax, Pattern.Op("narrow", CastNames.All, Softmax)), Pattern.Any("v")),
                    match => Fits(match) && IsHarmless(match),
                    Attend),
            ],
            context);
        rewrites.AddRange(result.Rewrites);
        return rewrites.Count == 0 ? PassResult.Unchanged(graph) : new(result.Graph, rewrites);
    }

    // The operator of decompositions gives the logarithms of the denominators, too, which only training reads.
    private static TensorGraph WithoutLogarithms(TensorGraph graph, OperatorRegistry registry, List<Rewrite> rewrites)
    {
        var uses = graph.CountUses();
        bool IsPlain(int i) => graph.Nodes[i].Operator.Name == Flash && uses[graph.ResultOf(i, 1).Id] == 0;
        if (!Enumerable.Range(0, graph.Nodes.Length).Any(IsPlain))
            return graph;
        var rewriter = new GraphRewriter(graph);
        var attention = registry.Find(Attention);
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            if (!IsPlain(i))
            {
                rewriter.Copy(i);
                continue;
            }

            var renewed = rewriter.Renew(node);
            bool grouped = !rewriter.Builder.TypeOf(renewed.Tensor("query")!.Value).Shape[1].Equals(rewriter.Builder.TypeOf(renewed.Tensor("key")!.Value).Shape[1]);
            (string, Argument)[] arguments =
            [
                .. Shared.Select(name => (name, renewed.Argument(name))),
                ("enable_gqa", new BoolArgument(grouped)),
            ];
            rewriter[graph.ResultOf(i)] = rewriter.Builder.Add(attention, attention.Schema.Arrange(arguments), node.Source)[0];
            rewrites.Add(new("flash_attention(q, k, v)₀ = attention(q, k, v)", node.ToString()));
        }

        return rewriter.Finish();
    }

    private static bool IsSafe(Match match)
    {
        int rank = match.TypeOf("logits").Rank;
        return match.Node("hidden").Is("other", double.NegativeInfinity)
            && match.Node("any").Axis("dim", rank) == rank - 1 && match.Node("any").IsTrue("keepdim")
            && (match.Node("zeros").Operator.Schema.Name == "zeros_like" || match.Node("zeros").Is("fill_value", 0));
    }

    private static bool Fits(Match match)
    {
        if (WrittenLogits.Of(match["logits"], match.Graph) is not { } logits)
            return false;
        var (q, k, v, softmax) = (match.Graph.TypeOf(logits.Query), match.Graph.TypeOf(logits.Key), match.TypeOf("v"), match.Node("softmax"));
        int rank = q.Rank;
        var type = match.TypeOf("logits");
        bool narrows = match.Has("narrow");
        return softmax.Axis("dim", rank) == rank - 1
            && softmax.OutputTypes[0].DType == (narrows ? DType.Float32 : type.DType)
            && (!narrows || match.Node("narrow").OutputTypes[0] == type)
            && v.DType == q.DType && v.Rank == rank && SameBatch(q, v) && v.Shape[^2].Equals(k.Shape[^2])
            && match.Node("mixed").OutputTypes[0] == new TensorType(q.DType, q.Shape.With(rank - 1, v.Shape[^1]));
    }

    private static Value[] Attend(Match match, RuleRewriter rewriter)
    {
        var logits = WrittenLogits.Of(match["logits"], match.Graph)!;
        return rewriter.Add(
            Attention,
            ("query", new TensorArgument(logits.Query)),
            ("key", new TensorArgument(logits.Key)),
            ("value", new TensorArgument(match["v"])),
            ("attn_mask", logits.Mask is { } mask ? new TensorArgument(mask) : Argument.None),
            ("scale", new FloatArgument(logits.Scale)));
    }

    private static bool SameBatch(TensorType a, TensorType b) => a.Shape.AsSpan()[..^2].SequenceEqual(b.Shape.AsSpan()[..^2]);
}
