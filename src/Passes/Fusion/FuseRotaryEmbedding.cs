using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Finds rotary position embeddings as Llama writes them (Su et al. 2021): <c>x·cos + rotate_half(x)·sin</c> with
/// <c>rotate_half([a, b]) = [−b, a]</c>, where cos and sin are the same for both halves of the features.
/// </summary>
/// <remarks>
/// <para>The fused operator works on [batch, tokens, heads, features]. Where the model has heads before tokens, transposes are put
/// around it, which meet those of the model and of attention.</para>
/// <para>In 16-bit types the pattern rounds both products and the sum, the operator once: it differs from the exact result by
/// less than the pattern does.</para>
/// </remarks>
public sealed class FuseRotaryEmbedding : IPass
{
    private const string Fused = "evergraph::rotary_embedding.single";

    private static readonly Pattern X = Pattern.Any("x");

    private static readonly Pattern RotatedHalf = Pattern.Op(
        "halves",
        "aten::cat",
        Pattern.List(Pattern.Op("neg", "aten::neg", Half("second")), Half("first")));

    private static readonly Pattern Straight = Pattern.Op("straight", "aten::mul.Tensor", X, Pattern.Any("cos"));

    private static readonly Pattern Crossed = Pattern.Op("crossed", "aten::mul.Tensor", RotatedHalf, Pattern.Any("sin"));

    private enum Layout
    {
        HeadsFirst,
        TokensFirst,
    }

    /// <inheritdoc/>
    public string Name => "fuse-rotary-embedding";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var mutated = MutatedParameters.Of(graph);
        EqualHalves? halves = null;
        RewriteRule Rule(string algebra, params Pattern[] terms) => new(
            $"{algebra} = rotary_embedding(x, cos₁, sin₁) when cos = [cos₁, cos₁] and sin = [sin₁, sin₁]",
            Pattern.Op("sum", "aten::add.Tensor", terms),
            match => IsRotation(match) && LayoutOf(match) is not null
                && (halves ??= new(match.Graph, mutated)).Has(match["cos"]) && halves.Has(match["sin"]),
            (match, rewriter) => Rotate(match, rewriter, halves!));

        return RuleRewriter.Apply(
            graph,
            [Rule("x · cos + [−x₂, x₁] · sin", Straight, Crossed), Rule("[−x₂, x₁] · sin + x · cos", Crossed, Straight)],
            context);
    }

    private static Pattern Half(string name) =>
        Pattern.Op(name, ["aten::slice.Tensor", "aten::chunk", "aten::split.Tensor", "aten::split_with_sizes", "aten::split.sizes"], X);

    private static bool IsRotation(Match match)
    {
        var type = match.TypeOf("x");
        return type.Rank == 4 && match.Node("sum").OutputTypes[0] == type && match.Node("sum").Is("alpha", 1)
            && match.Node("halves").Axis("dim", 4) == 3 && IsHalf(match, "first", 0) && IsHalf(match, "second", 1)
            && match.TypeOf("cos").DType == type.DType && match.TypeOf("sin").DType == type.DType;
    }

    // Half 0 or 1 of the features of x.
    private static bool IsHalf(Match match, string name, int number)
    {
        var (node, size, half) = (match.Node(name), match.TypeOf("x").Shape[3], match.TypeOf(name).Shape[3]);
        if (node.Axis("dim", 4) != 3 || !(2 * half).Equals(size))
            return false;
        if (node.Operator.Schema.Name != "slice")
            return match.Graph.ResultIndexOf(match[name]) == number;
        return node.Is("step", 1) && (node.Argument("start") is DimArgument { Dim: var start } ? start : 0).Equals(number * half);
    }

    // cos and sin have a row for each token, perhaps other ones in each batch.
    private static Layout? LayoutOf(Match match)
    {
        var (x, cos) = (match.TypeOf("x").Shape, Padded(match.TypeOf("cos").Shape));
        if (cos != Padded(match.TypeOf("sin").Shape) || !cos[3].Equals(x[3]) || !(cos[0].Equals(1) || cos[0].Equals(x[0])))
            return null;
        return cos[1].Equals(1) && cos[2].Equals(x[2]) ? Layout.HeadsFirst
            : cos[2].Equals(1) && cos[1].Equals(x[1]) ? Layout.TokensFirst
            : null;
    }

    // As broadcasting sees it.
    private static Shape Padded(Shape shape) =>
        shape.Rank >= 4 ? shape : Shape.Create([.. Enumerable.Repeat((Dim)1, 4 - shape.Rank), .. shape.AsSpan()]);

    private static Value[] Rotate(Match match, RuleRewriter rewriter, EqualHalves halves)
    {
        var layout = LayoutOf(match)!.Value;
        var shape = match.TypeOf("x").Shape;
        var (batch, tokens) = (Padded(match.TypeOf("cos").Shape)[0], shape[layout == Layout.HeadsFirst ? 2 : 1]);
        Argument positions = batch.Equals(1) ? Argument.None : new TensorArgument(RowOfEach(batch, tokens, rewriter));
        Value Rows(string name) => View(halves.Take(match[name], rewriter), rewriter, batch * tokens, shape[3] / 2);
        var rotated = rewriter.Add(
            Fused,
            ("x", new TensorArgument(layout == Layout.HeadsFirst ? Turned(match["x"], rewriter) : match["x"])),
            ("cos", new TensorArgument(Rows("cos"))),
            ("sin", new TensorArgument(Rows("sin"))),
            ("position_ids", positions))[0];
        return [layout == Layout.HeadsFirst ? Turned(rotated, rewriter) : rotated];
    }

    // Batches with positions of their own have tables of their own, one below the other.
    private static Value RowOfEach(Dim batch, Dim tokens, RuleRewriter rewriter) =>
        View(rewriter.Add("aten::arange", ("end", new ScalarArgument(batch * tokens)))[0], rewriter, batch, tokens);

    private static Value View(Value value, RuleRewriter rewriter, params Dim[] sizes) =>
        rewriter.Add("aten::view", ("self", new TensorArgument(value)), ("size", new DimListArgument(EquatableArray.Create<Dim>(sizes))))[0];

    private static Value Turned(Value value, RuleRewriter rewriter) => rewriter.Add(
        "aten::transpose.int", ("self", new TensorArgument(value)), ("dim0", new DimArgument(1)), ("dim1", new DimArgument(2)))[0];
}
