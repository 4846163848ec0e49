using Evergraph.Runtime.OnnxRuntime;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Native;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Ort = Microsoft.ML.OnnxRuntime;

namespace Evergraph.Runtime.Tests;

/// <summary>A model of another tool, written by hand, with nodes of our domain in it, in a session of the official API.</summary>
internal sealed class ForeignModel : IDisposable
{
    private readonly GraphProto _graph = new() { Name = "foreign" };
    private Ort.SessionOptions? _options;
    private IDisposable? _operators;
    private InferenceSession? _session;

    /// <summary>Declares an input; a size is a number, or a text, or null for neither; no sizes at all for a shape that is not known.</summary>
    public ForeignModel Input(string name, DType dtype, params object?[]? sizes)
    {
        _graph.Input.Add(Describe(name, dtype, sizes));
        return this;
    }

    /// <summary>Declares an output.</summary>
    public ForeignModel Output(string name, DType dtype, params object?[]? sizes)
    {
        _graph.Output.Add(Describe(name, dtype, sizes));
        return this;
    }

    /// <summary>Adds a node of our domain.</summary>
    public ForeignModel Node(string operatorName, string[] inputs, string[] outputs, params AttributeProto[] attributes) =>
        Node("evergraph", operatorName, inputs, outputs, attributes);

    /// <summary>Adds a node.</summary>
    public ForeignModel Node(string domain, string operatorName, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operatorName, Domain = domain, Name = $"node{_graph.Node.Count}" };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        _graph.Node.Add(node);
        return this;
    }

    /// <summary>Creates the session.</summary>
    public ForeignModel Load(OperatorRegistry? operators = null)
    {
        InSession.Require();
        var model = new ModelProto { IrVersion = 10, Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 21 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "evergraph", Version = 1 });
        _options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
        _operators = OnnxRuntimeOperators.AddTo(_options, operators);
        _session = new(model.ToByteArray(), _options);
        return this;
    }

    /// <summary>Runs the session.</summary>
    public Tensor[] Run(params Tensor[] inputs)
    {
        var values = new List<OrtValue>();
        try
        {
            foreach (var input in inputs)
                values.Add(Value(input));
            using var options = new Ort.RunOptions();
            using var results = _session!.Run(options, _graph.Input.Select(input => input.Name).ToList(), values, _graph.Output.Select(output => output.Name).ToList());
            return [.. results.Select(Copy)];
        }
        finally
        {
            foreach (var value in values)
                value.Dispose();
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _operators?.Dispose();
        _options?.Dispose();
    }

    private static ValueInfoProto Describe(string name, DType dtype, object?[]? sizes)
    {
        var type = new TypeProto.Types.Tensor { ElemType = ElementTypes.Of(dtype) };
        if (sizes is not null)
        {
            type.Shape = new();
            foreach (object? size in sizes)
                type.Shape.Dim.Add(Dimension(size));
        }

        return new() { Name = name, Type = new() { TensorType = type } };
    }

    private static TensorShapeProto.Types.Dimension Dimension(object? size) =>
        size switch { int number => new() { DimValue = number }, string text => new() { DimParam = text }, _ => new() };

    private static OrtValue Value(Tensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (Ort.Tensors.TensorElementType)ElementTypes.Of(tensor.DType), tensor.Sizes.ToArray());
        tensor.ReadOnlyBytes().CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static Tensor Copy(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var tensor = Tensor.Empty(ElementTypes.From((int)info.ElementDataType)!.Value, info.Shape);
        value.GetTensorMutableRawData().CopyTo(tensor.Bytes());
        return tensor;
    }
}
