using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Sees through the repetition of key and value heads for groups of query heads.</summary>
internal static class RepeatedHeads
{
    /// <summary>
    /// x [batch, kv_heads, tokens, features] where the value is x with each head repeated some times in a row: written as
    /// <c>reshape(expand(unsqueeze(x, 2)))</c> or <c>repeat_interleave(x, times, 1)</c>. Null where it is not.
    /// </summary>
    public static Value? Source(Value value, GraphBuilder graph)
    {
        if (graph.NodeOf(value) is not { } node || graph.TypeOf(value).Rank != 4)
            return null;
        if (node.Operator.Name == "aten::repeat_interleave.self_int")
            return node.Argument("dim") is DimArgument { Dim: var dim } && (dim.Equals(1) || dim.Equals(-3)) ? node.Tensor("self") : null;
        if (!node.Operator.Has(OperatorTraits.Reshapes) || Operand(node, graph) is not { Operator.Name: "aten::expand" } expand)
            return null;
        if (Operand(expand, graph) is not { } apart || !apart.Operator.Has(OperatorTraits.Reshapes) || apart.Arguments[0] is not TensorArgument { Value: var x })
            return null;

        // x [b, h, n, d], apart [b, h, 1, n, d], expanded [b, h, times, n, d], value [b, h·times, n, d].
        var (own, one, many, whole) = (graph.TypeOf(x).Shape, apart.OutputTypes[0].Shape, expand.OutputTypes[0].Shape, graph.TypeOf(value).Shape);
        bool repeats = own.Rank == 4 && one == Shape.Of(own[0], own[1], 1, own[2], own[3])
            && many.Rank == 5 && many == one.With(2, many[2]) && whole == own.With(1, own[1] * many[2]);
        return repeats ? x : null;
    }

    private static Node? Operand(Node node, GraphBuilder graph) =>
        node.Arguments[0] is TensorArgument { Value: var value } ? graph.NodeOf(value) : null;
}
