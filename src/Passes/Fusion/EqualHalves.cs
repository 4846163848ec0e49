using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Values whose last axis is two equal halves, as the cosines of a rotary embedding are, <c>f(cat(a, a)) = cat(f(a), f(a))</c>,
/// and how to compute one half of them.
/// </summary>
/// <param name="graph">The graph that the values belong to.</param>
/// <param name="mutated">Names of parameters that change between runs.</param>
internal sealed class EqualHalves(GraphBuilder graph, IReadOnlySet<string> mutated)
{
    private readonly Dictionary<Value, bool> _known = [];

    /// <summary>Whether the halves of a value are proven equal.</summary>
    public bool Has(Value value)
    {
        if (!_known.TryGetValue(value, out bool known))
            _known[value] = known = graph.TypeOf(value).Rank >= 1 && (graph.NodeOf(value) is { } node ? Has(node) : HasConstant(value));
        return known;
    }

    /// <summary>Adds the nodes of a half.</summary>
    public Value Take(Value value, RuleRewriter rewriter)
    {
        if (graph.NodeOf(value) is not { } node)
        {
            return rewriter.Add(
                "aten::slice.Tensor",
                ("self", new TensorArgument(value)),
                ("dim", new DimArgument(-1)),
                ("start", new DimArgument(0)),
                ("end", new DimArgument(graph.TypeOf(value).Shape[^1] / 2)))[0];
        }

        if (IsPair(node))
            return ((TensorListArgument)node.Arguments[0]).Items[0]!.Value;
        var operands = node.Operands.Select(operand => Has(operand) ? Take(operand, rewriter) : operand).ToArray();
        var shape = node.OutputTypes[0].Shape;
        if (!KeepsItsSizes(node))
            return Add("aten::view", "size");
        if (node.Operator.Name == "aten::expand")
            return Add("aten::expand", "size");
        return rewriter.Add(node.Operator, NodeArguments.WithOperands(node.Arguments, operands))[0];

        Value Add(string name, string sizes) => rewriter.Add(
            name,
            ("self", new TensorArgument(operands[0])),
            (sizes, new DimListArgument(EquatableArray.Create<Dim>([.. shape.AsSpan()[..^1], shape[^1] / 2]))))[0];
    }

    private static bool KeepsItsSizes(Node node) => !node.Operator.Has(OperatorTraits.Reshapes) || node.Operator.Has(OperatorTraits.Elementwise);

    private static bool IsPair(Node node) =>
        node.Operator.Name == "aten::cat" && node.Arguments[0] is TensorListArgument { Items: [{ } first, { } second] } && first == second
        && node.Axis("dim", node.OutputTypes[0].Rank) == node.OutputTypes[0].Rank - 1;

    private bool Has(Node node)
    {
        if (node.OutputTypes.Length != 1)
            return false;
        if (IsPair(node))
            return true;
        if (node.Arguments.Length == 0 || node.Arguments[0] is not TensorArgument { Value: var self })
            return false;
        var (from, to) = (graph.TypeOf(self).Shape, node.OutputTypes[0].Shape);
        bool keepsLast = from.Rank >= 1 && to.Rank >= 1 && from[^1].Equals(to[^1]);
        if (node.Operator.Has(OperatorTraits.Elementwise))
            return node.Operands.All(operand => IsAlikeAlong(operand, to[^1]) || Has(operand)) && node.Operands.Any(Has);
        return keepsLast && Has(self) && node.Operator.Name switch
        {
            "aten::expand" => true,
            "aten::slice.Tensor" => node.Axis("dim", from.Rank) != from.Rank - 1,
            "aten::transpose.int" => node.Axis("dim0", from.Rank) != from.Rank - 1 && node.Axis("dim1", from.Rank) != from.Rank - 1,
            "aten::permute" => node.Dims("dims")[^1] is var last && (last.Equals(-1) || last.Equals(from.Rank - 1)),
            "aten::index.Tensor" => node.Argument("indices") is TensorListArgument { Items: var items } && items.Length < from.Rank,
            "aten::embedding" => true,
            _ => node.Operator.Has(OperatorTraits.Reshapes),
        };
    }

    // A number, or one for all features.
    private bool IsAlikeAlong(Value operand, Dim size) => graph.TypeOf(operand).Shape is var shape && (shape.Rank == 0 || (shape[^1].Equals(1) && !size.Equals(1)));

    private bool HasConstant(Value value)
    {
        if (graph.ParameterOf(value) is not { Sharding: null, Data: var data } parameter || mutated.Contains(parameter.Name) || data.Sizes[^1] % 2 != 0)
            return false;
        int half = checked((int)(data.Sizes[^1] / 2 * data.DType.Size()));
        var bytes = data.ReadOnlyBytes();
        for (int row = 0; half > 0 && row < bytes.Length; row += 2 * half)
        {
            if (!bytes.Slice(row, half).SequenceEqual(bytes.Slice(row + half, half)))
                return false;
        }

        return half > 0;
    }
}
