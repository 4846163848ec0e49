using Evergraph.Graph.Text;

namespace Evergraph.Graph.Views;

/// <summary>Builds the view of one graph. The graph need not verify: what it reads and nothing defines has no edge.</summary>
/// <param name="source">The graph.</param>
/// <param name="options">What the rooms above know of operators.</param>
/// <param name="operators">The operators of all stages.</param>
/// <param name="placements">What runs each node, of the stage that tells that.</param>
internal sealed class StageBuilder(ViewSource source, ViewOptions options, ViewOperatorTable operators, IReadOnlyList<string>? placements)
{
    private readonly TensorGraph _graph = source.Graph;
    private readonly ModuleTable _modules = new();
    private readonly List<ViewNode> _nodes = [];

    // The picture's node of each value.
    private readonly int[] _nodeOf = new int[source.Graph.ValueCount];

    public ViewStage Build(NodeKeys keys, Numbering numbering)
    {
        var faults = source.Faults ?? [];
        AddInputs();
        AddParameters();
        int firstOperator = _nodes.Count;
        AddOperators(firstOperator, faults);
        int firstOutput = _nodes.Count;
        AddOutputs();
        int[] looks = new int[_nodes.Count];
        for (int i = 0; i < looks.Length; i++)
            looks[i] = numbering.OfLooks(_nodes[i]);
        // Before modules are compared, which moves nodes: a key tells where a node is computed.
        keys.Assign(_nodes, _modules.Modules, looks);
        return new(
            source.Name,
            source.Detail,
            RepeatedModules.Mark(_modules.Modules, _nodes, StageModules.LooksOf(_nodes, looks, numbering)),
            _nodes,
            [.. faults.Select(fault => new ViewFault(NodeOf(fault, firstOperator, firstOutput), fault.Message))]);
    }

    private void AddInputs()
    {
        for (int i = 0; i < _graph.Inputs.Length; i++)
        {
            var input = _graph.Inputs[i];
            _nodeOf[_graph.InputValue(i).Id] = _nodes.Count;
            _nodes.Add(new(ViewNodeKind.Input, input.Name, 0)
            {
                Results = [input.Type],
                Arguments = input.Number is { } number ? [("value", number.ToString())] : [],
            });
        }
    }

    private void AddParameters()
    {
        var readers = ReadersOfParameters();
        for (int i = 0; i < _graph.Parameters.Length; i++)
        {
            var parameter = _graph.Parameters[i];
            _nodeOf[_graph.ParameterValue(i).Id] = -1;
            if (readers[i] is not { } module)
                continue;
            _nodeOf[_graph.ParameterValue(i).Id] = _nodes.Count;
            _nodes.Add(new(ViewNodeKind.Parameter, parameter.Name, _modules.Find(module))
            {
                Results = [parameter.Type],
                Sharding = parameter.Sharding is { } sharding ? $"1 of {sharding.Parts} along axis {sharding.Axis}" : null,
                Stored = parameter.Data.Elements * parameter.Data.DType.Size(),
            });
        }
    }

    /// <summary>
    /// For each parameter the module that it is drawn in: that of its readers where it is one, since a pass that merges layers gives their
    /// weights a name of no module; otherwise that of its name. Null where nothing reads it.
    /// </summary>
    private string?[] ReadersOfParameters()
    {
        var modules = new string?[_graph.Parameters.Length];
        void Read(Value value, string module)
        {
            int parameter = value.Id - _graph.Inputs.Length;
            if (parameter < 0 || parameter >= modules.Length)
                return;
            string name = _graph.Parameters[parameter].Name;
            modules[parameter] = modules[parameter] is null || modules[parameter] == module ? module : name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : "";
        }

        foreach (var node in _graph.Nodes)
        {
            foreach (var operand in node.Operands)
                Read(operand, node.Source.Module ?? "");
        }

        foreach (var output in _graph.Outputs)
            Read(output.Value, "");
        return modules;
    }

    private void AddOperators(int first, IReadOnlyList<GraphFault> faults)
    {
        for (int i = 0; i < _graph.Nodes.Length; i++)
        {
            for (int result = 0; result < _graph.Nodes[i].OutputTypes.Length; result++)
                _nodeOf[_graph.ResultOf(i, result).Id] = first + i;
        }

        // What a node computes is asked only where its operands are what the operator's fake accepted.
        int sound = faults.Count == 0 ? _graph.Nodes.Length : faults.Where(fault => fault.Place == FaultPlace.Node).Select(fault => fault.Index).DefaultIfEmpty(0).Min();
        for (int i = 0; i < _graph.Nodes.Length; i++)
        {
            var node = _graph.Nodes[i];
            _nodes.Add(new(KindOf(node), node.Operator.Name, _modules.Find(node.Source.Module))
            {
                Operator = operators.Find(node.Operator, DTypesOf(node)),
                Arguments = ArgumentsOf(node),
                Operands = OperandsOf(node),
                Results = node.OutputTypes,
                Source = string.IsNullOrEmpty(node.Source.File) ? "" : $"{Path.GetFileName(node.Source.File)}:{node.Source.Line}",
                Operations = i < sound ? CountOperations(node) : null,
                Branches = i < sound && node.Operator.Has(OperatorTraits.MaybeOverlap) ? options.Branches?.Invoke(_graph, node) : null,
                Placed = placements?[i],
            });
        }
    }

    private void AddOutputs()
    {
        foreach (var output in _graph.Outputs)
        {
            _nodes.Add(new(ViewNodeKind.Output, output.Name, 0)
            {
                Arguments = output.Kind == GraphOutputKind.Result ? [] : [("overwrites", output.Target)],
                Operands = OperandOf(output.Value, "") is { } operand ? [operand] : [],
            });
        }
    }

    private static ViewNodeKind KindOf(Node node) =>
        node.Operator.Has(OperatorTraits.MaybeOverlap) ? ViewNodeKind.Maybe
        : node.Operator.Has(OperatorTraits.Collective) ? ViewNodeKind.Collective
        : ViewNodeKind.Operator;

    private DTypeSet DTypesOf(Node node)
    {
        var dtypes = DTypeSet.None;
        foreach (var operand in node.Operands)
        {
            if (IsDefined(operand))
                dtypes = dtypes.With(_graph.TypeOf(operand).DType);
        }

        return dtypes;
    }

    // A count past 64 bits is a count that nobody knows.
    private Dim? CountOperations(Node node)
    {
        try
        {
            return options.Operations?.Invoke(_graph, node);
        }
        catch (Exception exception) when (exception is DimOverflowException or DimLimitException)
        {
            return null;
        }
    }

    private static List<(string, string)> ArgumentsOf(Node node)
    {
        var shown = new List<(string, string)>();
        for (int i = 0; i < Math.Min(node.Arguments.Length, node.Operator.Schema.Arguments.Count); i++)
        {
            var parameter = node.Operator.Schema.Arguments[i];
            if (parameter.Type.Kind != SchemaKind.Tensor && !ArgumentDefaults.IsDefault(parameter, node.Arguments[i]))
                shown.Add((parameter.Name, GraphPrinter.PrintArgument(node.Arguments[i])));
        }

        return shown;
    }

    private List<ViewOperand> OperandsOf(Node node)
    {
        var operands = new List<ViewOperand>();
        for (int i = 0; i < node.Arguments.Length; i++)
        {
            string name = i < node.Operator.Schema.Arguments.Count ? node.Operator.Schema.Arguments[i].Name : $"argument {i}";
            if (node.Arguments[i] is TensorListArgument list)
            {
                for (int item = 0; item < list.Items.Length; item++)
                {
                    if (list.Items[item] is { } value && OperandOf(value, $"{name}[{item}]") is { } operand)
                        operands.Add(operand);
                }
            }
            else if (node.Arguments[i] is TensorArgument tensor && OperandOf(tensor.Value, name) is { } operand)
            {
                operands.Add(operand);
            }
        }

        return operands;
    }

    private ViewOperand? OperandOf(Value value, string name)
    {
        if (!IsDefined(value))
            return null;
        int producer = _graph.ProducerOf(value);
        return new(_nodeOf[value.Id], producer < 0 ? 0 : value.Id - _graph.ResultOf(producer).Id, name);
    }

    private bool IsDefined(Value value) => value.Id >= 0 && value.Id < _graph.ValueCount;

    private int NodeOf(GraphFault fault, int firstOperator, int firstOutput) => fault.Place switch
    {
        FaultPlace.Node => firstOperator + fault.Index,
        FaultPlace.Input => _nodeOf[_graph.InputValue(fault.Index).Id],
        FaultPlace.Parameter => _nodeOf[_graph.ParameterValue(fault.Index).Id],
        FaultPlace.Output => firstOutput + fault.Index,
        _ => -1,
    };
}
