using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Writes a graph of ours as one of ONNX.</summary>
internal static class GraphLowering
{
    /// <summary>Writes a graph.</summary>
    /// <param name="graph">A graph that verifies.</param>
    /// <param name="weights">For each parameter what the rank has of it, or null for one that runs overwrite: that becomes an input.</param>
    /// <param name="table">The lowerings.</param>
    /// <param name="dispatcher">Chooses the implementations of what runs as C# code.</param>
    /// <param name="isPortable">Whether the graph is for other tools too; see <see cref="LoweringScope.IsPortable"/>.</param>
    public static LoweredGraph Lower(TensorGraph graph, Tensor?[] weights, LoweringTable table, Dispatcher dispatcher, bool isPortable = false)
    {
        var scope = new LoweringScope(graph, weights, dispatcher) { IsPortable = isPortable };
        var inputs = AddInputs(graph, weights, scope);
        var outputNames = graph.Outputs.Select(output => scope.Onnx.NewName(output.Kind == GraphOutputKind.Result ? output.Name : $"{output.Target}.new")).ToArray();
        var nodes = new LoweredNode[graph.Nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
            nodes[i] = LowerNode(graph, i, table, scope);
        DescribeValues(graph, scope);
        AddOutputs(graph, outputNames, scope);
        return new(scope.Onnx, inputs, outputNames, nodes);
    }

    private static string[] AddInputs(TensorGraph graph, Tensor?[] weights, LoweringScope scope)
    {
        var names = new List<string>();
        void Add(Value value, string stem, TensorType type)
        {
            string name = scope.Onnx.NewName(stem);
            names.Add(name);
            scope.Bind(value, name);
            scope.Onnx.AddInput(name, type);
        }

        for (int i = 0; i < graph.Inputs.Length; i++)
        {
            var (input, value) = (graph.Inputs[i], graph.InputValue(i));
            Add(value, input.Name, input.Type);
            DefineSymbols(value, input.Type, scope);
            if (input.Number is { } number && number.TryGetSymbol(out var symbol))
                scope.Sizes.Define(symbol, () => scope.Emit("Unsqueeze", "", 1, [scope.NameOf(value), scope.Sizes.Constant(0)], [], "sizes")[0]);
        }

        for (int i = 0; i < graph.Parameters.Length; i++)
        {
            if (weights[i] is null)
                Add(graph.ParameterValue(i), graph.Parameters[i].Name, graph.Parameters[i].Type);
        }

        return [.. names];
    }

    private static void DefineSymbols(Value value, TensorType type, LoweringScope scope)
    {
        for (int axis = 0; axis < type.Rank; axis++)
        {
            int at = axis;
            if (type.Shape[axis].TryGetSymbol(out var symbol))
                scope.Sizes.Define(symbol, () => scope.Emit("Shape", "", 1, [scope.NameOf(value)], [Attributes.Int("start", at), Attributes.Int("end", at + 1)], "sizes")[0]);
        }
    }

    private static LoweredNode LowerNode(TensorGraph graph, int index, LoweringTable table, LoweringScope scope)
    {
        var node = graph.Nodes[index];
        string place = node.Source.Module is { Length: > 0 } module ? $"{module}/{node.Operator.Schema.Name}" : node.Operator.Schema.Name;
        var lowering = new NodeLowering(scope, node, graph.ResultOf(index, 0), $"{place}#{index}");
        int first = scope.Onnx.Proto.Node.Count;
        bool lowered = !scope.IsOverruled(lowering) && table.Find(node.Operator) is { } function && function(lowering);
        string[] results = lowered ? lowering.Returned! : CustomNode.Emit(lowering, index, scope);
        for (int i = 0; i < results.Length; i++)
        {
            var value = graph.ResultOf(index, i);
            scope.Bind(value, results[i]);
            DefineSymbols(value, node.OutputTypes[i], scope);
        }

        var resolution = lowered || scope.IsPortable ? null : lowering.Resolution;
        return new(node, !lowered, resolution, lowering.Reason ?? "", [.. scope.Onnx.Proto.Node.Skip(first).Where(written => written.Name.StartsWith($"{lowering.Name}/", StringComparison.Ordinal))]);
    }

    /// <summary>
    /// Declares the types of all values in between: what our fakes know is more than ONNX Runtime infers, and a custom operator behind a
    /// value of unknown shape would be asked about a scalar.
    /// </summary>
    private static void DescribeValues(TensorGraph graph, LoweringScope scope)
    {
        var outputs = graph.Outputs.Select(output => output.Value).ToHashSet();
        var described = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            for (int result = 0; result < graph.Nodes[i].OutputTypes.Length; result++)
            {
                var value = graph.ResultOf(i, result);
                if (!outputs.Contains(value) && scope.Onnx.IsResult(scope.NameOf(value)) && described.Add(scope.NameOf(value)))
                    scope.Onnx.AddValueInfo(scope.NameOf(value), graph.TypeOf(value));
            }
        }
    }

    /// <summary>
    /// Gives the graph's outputs their names. The node that makes an output is renamed; where there is none, or the value has a name as
    /// an output already, it is copied.
    /// </summary>
    private static void AddOutputs(TensorGraph graph, string[] outputNames, LoweringScope scope)
    {
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < outputNames.Length; i++)
        {
            var output = graph.Outputs[i];
            string name = scope.NameOf(output.Value);
            if (!scope.Onnx.IsResult(name) || !renamed.TryAdd(name, outputNames[i]))
                scope.Onnx.AddNode("Identity", "", [name], [outputNames[i]], [], $"{outputNames[i]}/copy");
            scope.Onnx.AddOutput(outputNames[i], graph.TypeOf(output.Value));
        }

        foreach (var node in scope.Onnx.Proto.Node)
        {
            Rename(node.Input, renamed);
            Rename(node.Output, renamed);
        }
    }

    private static void Rename(Google.Protobuf.Collections.RepeatedField<string> names, Dictionary<string, string> renamed)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (renamed.TryGetValue(names[i], out string? name))
                names[i] = name;
        }
    }
}

/// <summary>A graph as ONNX.</summary>
/// <param name="Onnx">The graph and its weights.</param>
/// <param name="Inputs">The names of the inputs: those of our graph, then the parameters that runs overwrite.</param>
/// <param name="Outputs">The names of the outputs, as in our graph.</param>
/// <param name="Nodes">What became of each node.</param>
internal sealed record LoweredGraph(OnnxGraph Onnx, string[] Inputs, string[] Outputs, LoweredNode[] Nodes)
{
    /// <summary>The operators that run as C# code.</summary>
    public IEnumerable<OperatorDefinition> CustomOperators => Nodes.Where(node => node.IsCustom).Select(node => node.Node.Operator).Distinct();
}

/// <summary>What became of a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="IsCustom">Whether it runs as C# code; otherwise as nodes of ONNX.</param>
/// <param name="Resolution">What dispatch says of one that runs as C# code; null for others, and in files for other tools.</param>
/// <param name="Reason">Why its lowering declined it; empty where it did not, or there is none.</param>
/// <param name="Onnx">What was written for it; not what computes sizes, which nodes share.</param>
internal sealed record LoweredNode(Node Node, bool IsCustom, Resolution? Resolution, string Reason, IReadOnlyList<NodeProto> Onnx);
