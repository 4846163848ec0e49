using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Finds the gates of SwiGLU blocks (Shazeer 2020) over the two halves of one merged projection.</summary>
/// <remarks>In 16-bit types the pattern rounds silu and the product, the fused operator once: it differs from the exact result by less.</remarks>
public sealed class FuseSiluAndMul : IPass
{
    private static readonly string[] Splits = ["aten::split_with_sizes", "aten::split.Tensor", "aten::split.sizes", "aten::chunk"];

    private static readonly RewriteRule[] Rules =
    [
        new(
            "x · sigmoid(x) = silu(x)",
            Pattern.Op("product", "aten::mul.Tensor", Pattern.Any("x"), Pattern.Op("sigmoid", "aten::sigmoid", Pattern.Any("x"))),
            (match, rewriter) => rewriter.Add("aten::silu", ("self", new TensorArgument(match["x"])))),
        new(
            "silu(a) · b = silu_and_mul([a, b])",
            Pattern.Op(
                "product",
                "aten::mul.Tensor",
                Pattern.Op("silu", "aten::silu", Pattern.Op("gate", Splits, Pattern.Any("x"))),
                Pattern.Op("value", Splits, Pattern.Any("x"))),
            match => IsHalf(match, "gate", 0) && IsHalf(match, "value", 1),
            (match, rewriter) => rewriter.Add("evergraph::silu_and_mul", ("x", new TensorArgument(match["x"])))),
    ];

    /// <inheritdoc/>
    public string Name => "fuse-silu-and-mul";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context) => RuleRewriter.Apply(graph, Rules, context);

    private static bool IsHalf(Match match, string name, int number)
    {
        var (node, type) = (match.Node(name), match.TypeOf("x"));
        return type.DType.IsFloating() && node.Axis("dim", type.Rank) == type.Rank - 1
            && match.Graph.ResultIndexOf(match[name]) == number && (2 * match.TypeOf(name).Shape[^1]).Equals(type.Shape[^1]);
    }
}
