using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Removes views that change nothing and joins chains of views into one.</summary>
public sealed class SimplifyViews : IPass
{
    // Operators that only exchange axes.
    private static readonly string[] Turns = ["aten::permute", "aten::transpose.int", "aten::t"];

    private static readonly RewriteRule[] Rules =
    [
        new(
            "f(x) = x when f keeps x of its own type",
            Pattern.Op("f", OperatorTraits.IdentityOnSameType, Pattern.Any("x")),
            match => match.Node("f").OutputTypes.Length == 1 && match.Node("f").OutputTypes[0] == match.TypeOf("x"),
            (match, _) => [match["x"]]),
        new(
            "reshape(reshape(x)) = reshape(x)",
            Pattern.Op("outer", OperatorTraits.Reshapes, Pattern.Op("inner", OperatorTraits.Reshapes, Pattern.Any("x"))),
            match => match.Node("outer").OutputTypes.Length == 1,
            (match, rewriter) => rewriter.Add(
                "aten::view",
                ("self", new TensorArgument(match["x"])),
                ("size", new DimListArgument(EquatableArray.Create(match.Node("outer").OutputTypes[0].Shape.AsSpan()))))),
        new(
            "permute(permute(x, p), p⁻¹) = x",
            Pattern.Op("outer", Turns, Pattern.Op("inner", Turns, Pattern.Any("x"))),
            match => IsIdentity(Compose(Order(match.Node("inner")), Order(match.Node("outer")))),
            (match, _) => [match["x"]]),
        new(
            "permute(x, identity) = x",
            Pattern.Op("outer", Turns, Pattern.Any("x")),
            match => IsIdentity(Order(match.Node("outer"))),
            (match, _) => [match["x"]]),
        new(
            "permute(permute(x, p), q) = permute(x, p∘q)",
            Pattern.Op("outer", Turns, Pattern.Op("inner", Turns, Pattern.Any("x"))),
            (match, rewriter) => rewriter.Add(
                "aten::permute",
                ("self", new TensorArgument(match["x"])),
                ("dims", new DimListArgument(Compose(Order(match.Node("inner")), Order(match.Node("outer"))).Select(axis => (Dim)axis).ToEquatableArray())))),
    ];

    /// <inheritdoc/>
    public string Name => "simplify-views";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context) => RuleRewriter.Apply(graph, Rules, context);

    // Axis i of the result is axis orderᵢ of the operand.
    private static int[] Order(Node node)
    {
        int rank = node.OutputTypes[0].Rank;
        if (node.Operator.Schema.Name == "permute")
            return [.. node.Dims("dims").Select(dim => (int)(dim.Value >= 0 ? dim.Value : dim.Value + rank))];
        var (a, b) = node.Operator.Schema.Name == "t" ? (0, rank - 1) : (node.Axis("dim0", rank), node.Axis("dim1", rank));
        int[] order = [.. Enumerable.Range(0, rank)];
        if (rank > 0)
            (order[a], order[b]) = (order[b], order[a]);
        return order;
    }

    private static bool IsIdentity(int[] order) => order.AsSpan().SequenceEqual(Enumerable.Range(0, order.Length).ToArray());

    private static int[] Compose(int[] inner, int[] outer) => [.. outer.Select(axis => inner[axis])];
}
