using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Finds the linear layers that an exporter took apart into transposed products and views, so that later passes see layers.
/// </summary>
public sealed class RecoverLinears : IPass
{
    private static readonly RewriteRule[] Rules =
    [
        Product("mm(x, wᵀ) = linear(x, w)", "aten::mm", "aten::permute"),
        Product("mm(x, wᵀ) = linear(x, w)", "aten::mm", "aten::t"),
        Product("mm(x, wᵀ) = linear(x, w)", "aten::mm", "aten::transpose.int"),
        Product("matmul(x, wᵀ) = linear(x, w)", "aten::matmul", "aten::permute"),
        Product("matmul(x, wᵀ) = linear(x, w)", "aten::matmul", "aten::t"),
        Product("matmul(x, wᵀ) = linear(x, w)", "aten::matmul", "aten::transpose.int"),
        BatchedProduct("aten::permute"),
        BatchedProduct("aten::t"),
        BatchedProduct("aten::transpose.int"),
        BiasedProduct("aten::permute"),
        BiasedProduct("aten::t"),
        BiasedProduct("aten::transpose.int"),
        new(
            "reshape(linear(reshape(x), w)) = linear(x, w) when rows stay rows",
            Pattern.Op("outer", OperatorTraits.Reshapes, Pattern.Op("linear", "aten::linear", Pattern.Op("inner", OperatorTraits.Reshapes, Pattern.Any("x")))),
            match => KeepsRows(match),
            (match, rewriter) => rewriter.Add(
                "aten::linear",
                ("input", new TensorArgument(match["x"])),
                ("weight", match.Argument("linear", "weight")),
                ("bias", match.Argument("linear", "bias")))),
    ];

    /// <inheritdoc/>
    public string Name => "recover-linears";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context) => RuleRewriter.Apply(graph, Rules, context);

    private static RewriteRule Product(string algebra, string product, string transpose) => new(
        algebra,
        Pattern.Op("product", product, Pattern.Any("x"), Pattern.Op("transpose", transpose, Pattern.Any("w"))),
        match => match.TypeOf("w").Rank == 2 && match.TypeOf("x").Rank >= 2 && IsTransposed(match),
        (match, rewriter) => rewriter.Add("aten::linear", ("input", new TensorArgument(match["x"])), ("weight", new TensorArgument(match["w"]))));

    // A batch of symbolic size keeps an exporter from joining rows; it repeats the weight for each entry instead.
    private static RewriteRule BatchedProduct(string transpose) => new(
        "matmul(x, expand(wᵀ)) = linear(x, w)",
        Pattern.Op("product", "aten::matmul", Pattern.Any("x"), Pattern.Op("expand", "aten::expand", Pattern.Op("transpose", transpose, Pattern.Any("w")))),
        match => match.TypeOf("w").Rank == 2 && IsTransposed(match) && RepeatsOnly(match) && match.TypeOf("x").Rank == match.Node("product").OutputTypes[0].Rank,
        (match, rewriter) => rewriter.Add("aten::linear", ("input", new TensorArgument(match["x"])), ("weight", new TensorArgument(match["w"]))));

    // The matrix itself is not stretched, and the result has no batch that x does not have.
    private static bool RepeatsOnly(Match match)
    {
        var matrix = match.Node("transpose").OutputTypes[0].Shape;
        var repeated = match.Node("expand").OutputTypes[0].Shape;
        var (x, result) = (match.TypeOf("x").Shape, match.Node("product").OutputTypes[0].Shape);
        return repeated[^1].Equals(matrix[1]) && repeated[^2].Equals(matrix[0])
            && x.AsSpan()[..^1].SequenceEqual(result.AsSpan()[..^1]);
    }

    private static RewriteRule BiasedProduct(string transpose) => new(
        "addmm(b, x, wᵀ) = linear(x, w, b)",
        Pattern.Op("product", "aten::addmm", Pattern.Any("b"), Pattern.Any("x"), Pattern.Op("transpose", transpose, Pattern.Any("w"))),
        match => match.TypeOf("w").Rank == 2 && match.TypeOf("b").Rank == 1 && IsTransposed(match)
            && match.TypeOf("b").Shape[0].Equals(match.TypeOf("w").Shape[0])
            && IsOne(match.Argument("product", "beta")) && IsOne(match.Argument("product", "alpha")),
        (match, rewriter) => rewriter.Add(
            "aten::linear",
            ("input", new TensorArgument(match["x"])),
            ("weight", new TensorArgument(match["w"])),
            ("bias", new TensorArgument(match["b"]))));

    // Both axes exchanged; sizes tell nothing for a square weight, so the arguments are read.
    private static bool IsTransposed(Match match)
    {
        var node = match.Node("transpose");
        return node.Operator.Schema.Name switch
        {
            "t" => true,
            "permute" => Axis(node.Dims("dims")[0]) == 1,
            _ => Axis(node.Dim("dim0")) != Axis(node.Dim("dim1")),
        };
    }

    private static long Axis(Dim dim) => dim.Value < 0 ? dim.Value + 2 : dim.Value;

    private static bool IsOne(Argument argument) =>
        argument is ScalarArgument { Scalar: var scalar } && (scalar.Kind == ScalarKind.Float || scalar.Integer.IsConstant) && scalar.ToDouble() == 1;

    private static bool KeepsRows(Match match)
    {
        var whole = match.TypeOf("x").Shape;
        var result = match.Node("outer").OutputTypes[0].Shape;
        var features = match.Node("linear").OutputTypes[0].Shape[^1];
        var depth = match.Node("inner").OutputTypes[0].Shape[^1];
        return whole.Rank >= 1 && whole[^1].Equals(depth) && whole.Rank == result.Rank && whole.With(whole.Rank - 1, features) == result;
    }
}
