using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.Model;

/// <summary>An ONNX graph while it is written, node by node. Values are known by their names.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string MicrosoftDomain = "com.microsoft";

    private readonly GraphProto _graph = new() { Name = "evergraph" };
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _results = new(StringComparer.Ordinal);
    private int _unnamed;

    /// <summary>What was written so far.</summary>
    public GraphProto Proto => _graph;

    /// <summary>The model's own tensors, by the names that nodes use; their numbers are given beside the model.</summary>
    public Dictionary<string, Tensor> Weights { get; } = new(StringComparer.Ordinal);

    /// <summary>The name of a value that nothing else has.</summary>
    public string NewName(string stem)
    {
        string name = stem;
        while (!_names.Add(name))
            name = $"{stem}_{++_unnamed}";
        return name;
    }

    /// <summary>Adds a node.</summary>
    /// <param name="operatorName">ONNX's operator.</param>
    /// <param name="domain">Its domain; empty for ONNX's own.</param>
    /// <param name="inputs">The names of what it reads; empty for an absent optional.</param>
    /// <param name="outputs">The names of its results; empty for one that is not wanted.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="name">The node's name.</param>
    public void AddNode(
        string operatorName, string domain, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, ReadOnlySpan<AttributeProto> attributes, string name)
    {
        var node = new NodeProto { OpType = operatorName, Name = name };
        if (domain.Length > 0)
            node.Domain = domain;
        foreach (string input in inputs)
            node.Input.Add(input);
        foreach (string output in outputs)
            AddResult(node, output);
        foreach (var attribute in attributes)
            node.Attribute.Add(attribute);
        _graph.Node.Add(node);
    }

    /// <summary>A constant with its numbers in the model; equal ones are one.</summary>
    public string Constant(Tensor tensor)
    {
        string key = $"{tensor.Type} {Convert.ToHexString(tensor.ReadOnlyBytes())}";
        if (!_constants.TryGetValue(key, out string? name))
        {
            _constants.Add(key, name = NewName("constant"));
            _graph.Initializer.Add(TensorProtos.Inline(name, tensor));
        }

        return name;
    }

    /// <summary>Declares an input.</summary>
    public void AddInput(string name, TensorType type) => _graph.Input.Add(Describe(name, type));

    /// <summary>Declares an output.</summary>
    public void AddOutput(string name, TensorType type) => _graph.Output.Add(Describe(name, type));

    /// <summary>Says what is known of a value in between, which spares ONNX Runtime from guessing and shows in other tools.</summary>
    public void AddValueInfo(string name, TensorType type) => _graph.ValueInfo.Add(Describe(name, type));

    /// <summary>Whether a node makes the value of a name; otherwise it is an input, a weight or a constant.</summary>
    public bool IsResult(string name) => _results.Contains(name);

    private void AddResult(NodeProto node, string name)
    {
        node.Output.Add(name);
        _results.Add(name);
    }

    private static ValueInfoProto Describe(string name, TensorType type)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in type.Shape)
            shape.Dim.Add(dim.TryGetConstant(out long size) ? new TensorShapeProto.Types.Dimension { DimValue = size } : new() { DimParam = dim.ToString() });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = ElementTypes.Of(type.DType), Shape = shape } } };
    }
}
