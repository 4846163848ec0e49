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
        var template = new KernelArgument[node.Arguments.Length];
        var tensors = new List<(int, int)>();
        var tensorLists = new List<(int, int[])>();
        var symbolic = new List<(int, int)>();
        var dimLists = new List<(int, int[])>();
        for (int i = 0; i < template.Length; i++)
        {
            switch (node.Arguments[i])
            {
                case TensorArgument tensor:
                    tensors.Add((i, tensor.Value.Id));
                    break;
                case TensorListArgument list:
                    tensorLists.Add((i, [.. list.Items.Select(item => item?.Id ?? -1)]));
                    break;
                case DimListArgument list:
                    dimLists.Add((i, [.. list.Items.Select(dims.Add)]));
                    break;
                case DimArgument { Dim.IsConstant: false } dim:
                    symbolic.Add((i, dims.Add(dim.Dim)));
                    break;
                case ScalarArgument { Scalar: { Kind: ScalarKind.Integer, Integer.IsConstant: false } scalar }:
                    symbolic.Add((i, dims.Add(scalar.Integer)));
                    break;
                case var constant:
                    template[i] = Constant(constant);
                    break;
            }
        }

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
            Template = template,
            Tensors = [.. tensors],
            TensorLists = [.. tensorLists],
            Dims = [.. symbolic],
            DimLists = [.. dimLists],
            Results = results,
            Operands = [.. node.Operands.Select(operand => operand.Id).Distinct()],
            Released = released,
            Binds = [.. binds],
            HasSlots = Array.Exists(results, result => result.Slot != BufferPlan.NoSlot),
            Branches = node.Operator.Has(OperatorTraits.MaybeOverlap) ? context.Statistics.CounterOf(index, node) : null,
        };
    }

    private static KernelArgument Constant(Argument argument) => argument switch
    {
        NoneArgument => KernelArgument.None,
        DimArgument dim => KernelArgument.Of(dim.Dim.Value),
        FloatArgument number => KernelArgument.Of(number.Number),
        FloatListArgument list => KernelArgument.OfReference(list.Items.AsSpan().ToArray()),
        BoolArgument truth => KernelArgument.Of(truth.Truth),
        BoolListArgument list => KernelArgument.OfReference(list.Items.AsSpan().ToArray()),
        StringArgument text => KernelArgument.OfReference(text.Text),
        DTypeArgument dtype => KernelArgument.Of(dtype.DType),
        ScalarArgument { Scalar.Kind: ScalarKind.Float } scalar => KernelArgument.Of(scalar.Scalar.ToDouble()),
        ScalarArgument { Scalar.Kind: ScalarKind.Bool } scalar => KernelArgument.Of(scalar.Scalar.ToBool()),
        ScalarArgument scalar => KernelArgument.Of(scalar.Scalar.ToInt64()),
        _ => throw new InvalidOperationException($"an argument of kind {argument.GetType().Name} is not a constant"),
    };
}
