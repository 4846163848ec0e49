using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Finds the batched matrix products that an exporter flattened to three dimensions, so that their batch axes (batch and
/// attention heads) are axes again that later passes can split.
/// </summary>
public sealed class RecoverMatmuls : IPass
{
    private static readonly RewriteRule[] Rules =
    [
        new(
            "reshape(bmm(reshape(x), reshape(y))) = matmul(x, y) when only leading axes are joined and parted",
            Pattern.Op(
                "outer",
                OperatorTraits.Reshapes,
                Pattern.Op(
                    "product",
                    "aten::bmm",
                    Pattern.Op("left", OperatorTraits.Reshapes, Pattern.Any("x")),
                    Pattern.Op("right", OperatorTraits.Reshapes, Pattern.Any("y")))),
            JoinsLeadingAxes,
            (match, rewriter) => rewriter.Add("aten::matmul", ("self", new TensorArgument(match["x"])), ("other", new TensorArgument(match["y"])))),
    ];

    /// <inheritdoc/>
    public string Name => "recover-matmuls";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context) => RuleRewriter.Apply(graph, Rules, context);

    // x [L…, m, k], y [L…, k, n], result [L…, m, n], with the same leading axes L in all three and their product in bmm.
    private static bool JoinsLeadingAxes(Match match)
    {
        var (x, y) = (match.TypeOf("x").Shape, match.TypeOf("y").Shape);
        var result = match.Node("outer").OutputTypes[0].Shape;
        var product = match.Node("product").OutputTypes[0].Shape;
        if (x.Rank < 3 || x.Rank != y.Rank || x.Rank != result.Rank)
            return false;
        for (int axis = 0; axis < x.Rank - 2; axis++)
        {
            if (!x[axis].Equals(y[axis]) || !x[axis].Equals(result[axis]))
                return false;
        }

        return SameMatrix(x, match.Node("left").OutputTypes[0].Shape)
            && SameMatrix(y, match.Node("right").OutputTypes[0].Shape)
            && SameMatrix(result, product);
    }

    private static bool SameMatrix(Shape a, Shape b) => a[^1].Equals(b[^1]) && a[^2].Equals(b[^2]);
}
