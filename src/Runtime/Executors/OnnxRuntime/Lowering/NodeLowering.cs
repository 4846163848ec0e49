using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Passes;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Writes one node of our graph as nodes of ONNX: returns whether it could, see <see cref="OperatorLowering.Decline"/>.</summary>
internal delegate bool LoweringFunction(NodeLowering node);

/// <summary>What a lowering sees of the node it lowers, and what it writes with. Tensors are names of ONNX values.</summary>
internal sealed class NodeLowering : OperatorLowering
{
    private readonly LoweringScope _scope;
    private readonly Value _firstResult;

    public NodeLowering(LoweringScope scope, Node node, Value firstResult, string name)
        : base(node)
    {
        _scope = scope;
        _firstResult = firstResult;
        Name = name;
    }

    /// <summary>What the ONNX nodes are called.</summary>
    public string Name { get; }

    /// <summary>Whether anything reads a result; one that nothing reads may be any value.</summary>
    public bool IsRead(int result) => _scope.IsRead(new(_firstResult.Id + result));

    /// <summary>The names of the results, once <see cref="Return"/> was called.</summary>
    public string[]? Returned { get; private set; }

    /// <summary>Ends a lowering: these are the results, one for each of the node's.</summary>
    public bool Return(params string[] results)
    {
        Returned = results;
        return true;
    }

    /// <summary>A tensor argument.</summary>
    public string Input(string parameter) => _scope.NameOf(Node.Tensor(parameter) ?? throw new InvalidOperationException($"{Node.Operator.Name}: {parameter} is absent"));

    /// <summary>An optional tensor argument; empty where it is absent.</summary>
    public string OptionalInput(string parameter) => Node.Tensor(parameter) is { } value ? _scope.NameOf(value) : "";

    /// <summary>A list of tensors; null in the place of an absent one.</summary>
    public string?[] Inputs(string parameter) => [.. ((TensorListArgument)Node.Argument(parameter)).Items.Select(item => item is { } value ? _scope.NameOf(value) : null)];

    /// <summary>The type of a tensor argument.</summary>
    public TensorType Type(string parameter) => _scope.TypeOf(Node.Tensor(parameter) ?? throw new InvalidOperationException($"{Node.Operator.Name}: {parameter} is absent"));

    /// <summary>The types of a list of tensors; null in the place of an absent one.</summary>
    public TensorType?[] Types(string parameter) => [.. ((TensorListArgument)Node.Argument(parameter)).Items.Select(item => item is { } value ? _scope.TypeOf(value) : null)];

    /// <summary>The parameter of the model that a tensor argument is, where it is the same on every run; otherwise null.</summary>
    public Tensor? Weight(string parameter) => Node.Tensor(parameter) is { } value ? _scope.WeightOf(value) : null;

    /// <summary>Whether the implementation that the node would run as C# code is more than the plain reference. Never in a file for other tools.</summary>
    public bool HasFastImplementation => Implementation is not ("" or Backend.Reference);

    /// <summary>The implementation that the node would run as C# code, by its id; empty where only ONNX's own operators will do.</summary>
    public string Implementation => _scope.IsPortable ? "" : Resolution.Chosen?.Id ?? "";

    /// <summary>What dispatch says of the node, if it is to run as C# code; asked once.</summary>
    public Resolution Resolution => field ??= _scope.Resolve(Node);

    /// <summary>Adds a node of ONNX's own with one result.</summary>
    public string Emit(string operatorName, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        EmitMany(operatorName, "", 1, inputs, attributes)[0];

    /// <summary>Adds a node of ONNX Runtime's own with one result.</summary>
    public string EmitMicrosoft(string operatorName, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        EmitMany(operatorName, OnnxGraph.MicrosoftDomain, 1, inputs, attributes)[0];

    /// <summary>Adds a node.</summary>
    /// <returns>The names of its results.</returns>
    public string[] EmitMany(string operatorName, string domain, int results, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        _scope.Emit(operatorName, domain, results, inputs, attributes, Name);

    /// <summary>A constant.</summary>
    public string Constant(Tensor tensor) => _scope.Onnx.Constant(tensor);

    /// <summary>Adds a tensor that belongs to the model, made from its parameters; it lives as long as the session.</summary>
    /// <returns>Its name, which begins with the node's.</returns>
    public string AddWeight(string name, Tensor tensor) => _scope.AddWeight($"{Name}/{name}", tensor);

    /// <summary>A number as a constant without dimensions.</summary>
    public string Number(DType dtype, Scalar value) => Constant(_scope.ScalarTensor(dtype, value));

    /// <summary>Integers as a constant int64[n].</summary>
    public string Integers(params long[] values) => Constant(Tensor.From(values, values.Length));

    /// <summary>A size as a value int64[1].</summary>
    public string Size(Dim size) => _scope.Sizes.One(size);

    /// <summary>Sizes as a value int64[n].</summary>
    public string SizeList(ReadOnlySpan<Dim> sizes) => _scope.Sizes.Many(sizes);

    /// <summary>The value in another element type; itself where it has it.</summary>
    public string Cast(string value, DType from, DType to) =>
        from == to ? value : Emit("Cast", [value], Attributes.Int("to", Native.ElementTypes.Of(to)));

    /// <summary>The value's elements under other sizes.</summary>
    public string Reshape(string value, Shape from, Shape to)
    {
        if (from == to)
            return value;
        string sizes = _scope.Sizes.ForReshape(from, to, out bool zeroIsZero);
        return zeroIsZero ? Emit("Reshape", [value, sizes], Attributes.Int("allowzero", 1)) : Emit("Reshape", [value, sizes]);
    }
}
