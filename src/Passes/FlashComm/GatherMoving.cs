using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Moves an all-gather of token rows from an operand of an operator to its result.</summary>
/// <remarks>
/// The operator's axis rule says whether rows of the result depend on the same rows of the operands. The gather moves only
/// where the result is not larger than the operand: below a head that widens the rows, more would have to be sent.
/// </remarks>
internal static class GatherMoving
{
    /// <summary>How the operator runs on shards, or null where it cannot, or where it does not pay.</summary>
    public static (AxisSplit Split, Node Gather)? Find(Node node, GraphBuilder graph)
    {
        if (node.OutputTypes.Length == 0 || node.Operator.Has(OperatorTraits.Collective) || node.Operator.Has(OperatorTraits.RankDependent))
            return null;
        var operands = node.Operands.ToArray();
        for (int i = 0; i < operands.Length; i++)
        {
            if (graph.NodeOf(operands[i]) is not { } gather || gather.Operator.Name != CollectiveNames.AllGather)
                continue;
            int axis = (int)gather.Dim("dim").Value;
            var part = graph.TypeOf(gather.Tensor("x")!.Value).Shape[axis];
            var split = node.Operator.AxisRule!(new(
                node.Arguments,
                operands.Select(graph.TypeOf).ToEquatableArray(),
                node.OutputTypes,
                i,
                axis,
                part));
            if (split is not null && Pays(node, graph.TypeOf(operands[i]), split))
                return (split, gather);
        }

        return null;
    }

    /// <summary>Runs the operator on shards and gathers its results.</summary>
    public static Value[] Move(Node node, RuleRewriter rewriter)
    {
        var (split, gather) = Find(node, rewriter.Graph)!.Value;
        var operands = node.Operands.ToArray();
        for (int i = 0; i < operands.Length; i++)
        {
            if (split.OperandAxes[i] == AxisSplit.Whole)
                continue;
            // A shard of a gather cancels by its own rule.
            operands[i] = rewriter.Add(
                CollectiveNames.TokenShard,
                ("x", new TensorArgument(operands[i])),
                ("dim", new DimArgument(split.OperandAxes[i])),
                ("tp_size", gather.Argument("tp_size")),
                ("group", gather.Argument("group")))[0];
        }

        var results = rewriter.Add(node.Operator, NodeArguments.WithOperands(split.Arguments, operands));
        var gathered = new Value[results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            gathered[i] = rewriter.Add(
                CollectiveNames.AllGather,
                ("x", new TensorArgument(results[i])),
                ("dim", new DimArgument(split.OutputAxis)),
                ("size", new DimArgument(node.OutputTypes[i].Shape[split.OutputAxis])),
                ("tp_size", gather.Argument("tp_size")),
                ("group", gather.Argument("group")))[0];
        }

        return gathered;
    }

    private static bool Pays(Node node, TensorType operand, AxisSplit split)
    {
        foreach (var type in node.OutputTypes)
        {
            // The part sizes of results must be those that a gather of this many rows takes.
            if (!type.Shape[split.OutputAxis].Equals(node.OutputTypes[0].Shape[split.OutputAxis]))
                return false;
            if ((type.Shape.Elements <= operand.Shape.Elements).Proof != Truth.True)
                return false;
        }

        return true;
    }
}
