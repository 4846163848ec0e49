using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>The state of a graph's lowering that lowerings of nodes share.</summary>
internal sealed class LoweringScope
{
    private readonly TensorGraph _graph;
    private readonly string?[] _names;
    private readonly Tensor?[] _weights;
    private readonly Dictionary<(DType, Scalar), Tensor> _scalars = [];
    private readonly Dispatcher _dispatcher;
    private HashSet<Value>? _read;

    /// <summary>Begins a lowering.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="weights">For each parameter what the rank has of it, or null for one that runs overwrite: that is an input.</param>
    /// <param name="dispatcher">Chooses the implementations of what runs as C# code.</param>
    public LoweringScope(TensorGraph graph, Tensor?[] weights, Dispatcher dispatcher)
    {
        _dispatcher = dispatcher;
        _graph = graph;
        _weights = weights;
        _names = new string?[graph.ValueCount];
        Sizes = new(this);
    }

    /// <summary>What is written.</summary>
    public OnnxGraph Onnx { get; } = new();

    /// <summary>Whether the graph is for other tools too: then ONNX's own operators are taken even where ours are faster.</summary>
    public bool IsPortable { get; init; }

    /// <summary>Sizes as values.</summary>
    public SizeValues Sizes { get; }

    /// <summary>The name of a value. A weight is added when it is first asked for, so that what nothing reads is not there.</summary>
    public string NameOf(Value value)
    {
        if (_names[value.Id] is { } name)
            return name;
        var parameter = _graph.ParameterOf(value) ?? throw new InvalidOperationException($"{value} has no name yet");
        return _names[value.Id] = AddWeight(parameter.Name, WeightOf(value)!);
    }

    /// <summary>Names a value.</summary>
    public void Bind(Value value, string name) => _names[value.Id] = name;

    /// <summary>Whether a node or an output reads a value.</summary>
    public bool IsRead(Value value)
    {
        _read ??= [.. _graph.Nodes.SelectMany(node => node.Operands), .. _graph.Outputs.Select(output => output.Value)];
        return _read.Contains(value);
    }

    /// <summary>The type of a value.</summary>
    public TensorType TypeOf(Value value) => _graph.TypeOf(value);

    /// <summary>The numbers of a value that is the same on every run, or null.</summary>
    public Tensor? WeightOf(Value value) => _graph.ParameterOf(value) is null ? null : _weights[value.Id - _graph.Inputs.Length];

    /// <summary>Whether the policy of dispatch speaks against ONNX Runtime's own kernels; files for other tools have no policy.</summary>
    public bool IsOverruled(NodeLowering node)
    {
        if (IsPortable || NativePolicy.WhyOverruled(node.Resolution) is not { } reason)
            return false;
        node.Decline(reason);
        return true;
    }

    /// <summary>What dispatch says of a node that would run as C# code.</summary>
    public Resolution Resolve(Node node) => _dispatcher.Resolve(node.Operator, _graph.DTypesOf(node));

    /// <summary>Adds a tensor of the model's own. It is not copied: it must live as long as the session.</summary>
    public string AddWeight(string name, Tensor tensor)
    {
        name = Onnx.NewName(name);
        Onnx.Weights.Add(name, tensor);
        return name;
    }

    /// <summary>A number as a tensor without dimensions.</summary>
    public Tensor ScalarTensor(DType dtype, Scalar value)
    {
        if (!_scalars.TryGetValue((dtype, value), out var tensor))
            _scalars.Add((dtype, value), tensor = ConstantFill.Of(dtype, [], value));
        return tensor;
    }

    /// <summary>Adds a node with results of new names.</summary>
    public string[] Emit(string operatorName, string domain, int results, ReadOnlySpan<string> inputs, ReadOnlySpan<AttributeProto> attributes, string name)
    {
        string[] outputs = new string[results];
        for (int i = 0; i < results; i++)
            outputs[i] = Onnx.NewName($"{name}/{operatorName}");
        Onnx.AddNode(operatorName, domain, inputs, outputs, attributes, outputs.Length > 0 ? outputs[0] : name);
        return outputs;
    }
}
