using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>Prepares the nodes of a graph: dispatch, argument templates, checks of results.</summary>
internal sealed class NodePlanner(TensorGraph graph, LoadContext context, DimTable dims, BufferPlan buffers)
{
    public NodePlan[] Plan(int[][] released)
    {
        var plans = new NodePlan[graph.Nodes.Length];
        for (int i = 0; i < plans.Length; i++)
            plans[i] = Plan(i, released[i]);
        return plans;
    }

    private NodePlan Plan(int index, int[] released)
    {
        var node = graph.Nodes[index];
        var results = new ResultPlan[node.OutputTypes.Length];
        var binds = new List<(int, int, int)>();
        for (int i = 0; i < results.Length; i++)
        {
            var value = graph.ResultOf(index, i);
            var type = node.OutputTypes[i];
            int slot = buffers.SlotOf(value);
            results[i] = new(value.Id, type.DType, dims.Add(type.Shape), slot == BufferPlan.NoSlot ? -1 : dims.Add(type.Bytes), slot);
            for (int axis = 0; axis < type.Rank; axis++)
            {
                if (type.Shape[axis].TryGetSymbol(out var symbol) && context.Symbols.DefinedBy(symbol) == index && !binds.Exists(bind => bind.Item3 == context.Symbols.SlotOf(symbol)))
                    binds.Add((i, axis, context.Symbols.SlotOf(symbol)));
            }
        }

        return new()
        {
            Index = index,
            Node = node,
            Site = new(node.Operator, context.Dispatcher),
            DTypes = graph.DTypesOf(node),
            FirstResult = graph.ResultOf(index).Id,
            IsCollective = node.Operator.Has(OperatorTraits.Collective),
            Arguments = new(node.Arguments, dims.Add),
            Results = results,
            Operands = [.. node.Operands.Select(operand => operand.Id).Distinct()],
            Released = released,
            Binds = [.. binds],
            HasSlots = Array.Exists(results, result => result.Slot != BufferPlan.NoSlot),
            Branches = node.Operator.Has(OperatorTraits.MaybeOverlap) ? context.Statistics.CounterOf(index, node) : null,
        };
    }
}
