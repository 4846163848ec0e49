using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Removes views that change nothing and joins chains of views into one.</summary>
public sealed class SimplifyViews : IPass
{
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
            "transpose(transpose(x, a, b), a, b) = x",
            Pattern.Op("outer", "aten::transpose.int", Pattern.Op("inner", "aten::transpose.int", Pattern.Any("x"))),
            match => SameAxes(match.Node("outer"), match.Node("inner"), match.TypeOf("x").Rank),
            (match, _) => [match["x"]]),
        new(
            "permute(x, identity) = x",
            Pattern.Op("outer", "aten::permute", Pattern.Any("x")),
            match => IsIdentity(Order(match.Node("outer"))),
            (match, _) => [match["x"]]),
        new(
            "permute(permute(x, p), q) = permute(x, p∘q)",
            Pattern.Op("outer", "aten::permute", Pattern.Op("inner", "aten::permute", Pattern.Any("x"))),
            (match, rewriter) => rewriter.Add(
                "aten::permute",
                ("self", new TensorArgument(match["x"])),
                ("dims", new DimListArgument(Compose(Order(match.Node("inner")), Order(match.Node("outer"))))))),
    ];

    /// <inheritdoc/>
    public string Name => "simplify-views";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context) => RuleRewriter.Apply(graph, Rules, context);

    private static bool SameAxes(Node outer, Node inner, int rank)
    {
        long Axis(Node node, string parameter) => node.Dim(parameter).Value is var axis && axis < 0 ? axis + rank : axis;
        var (a, b) = (Axis(outer, "dim0"), Axis(outer, "dim1"));
        var (c, d) = (Axis(inner, "dim0"), Axis(inner, "dim1"));
        return (a == c && b == d) || (a == d && b == c);
    }

    private static int[] Order(Node permute)
    {
        var dims = permute.Dims("dims");
        return [.. dims.Select(dim => (int)(dim.Value >= 0 ? dim.Value : dim.Value + dims.Length))];
    }

    private static bool IsIdentity(int[] order) => order.AsSpan().SequenceEqual(Enumerable.Range(0, order.Length).ToArray());

    private static EquatableArray<Dim> Compose(int[] inner, int[] outer) => outer.Select(axis => (Dim)inner[axis]).ToEquatableArray();
}
