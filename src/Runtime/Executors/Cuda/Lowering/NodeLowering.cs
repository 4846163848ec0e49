using Evergraph.Graph;
using Evergraph.Passes;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Says how one node runs on the device: returns whether it could, see <see cref="OperatorLowering.Decline"/>.</summary>
internal delegate bool LoweringFunction(NodeLowering node);

/// <summary>What a lowering sees of the node it lowers, and what it says with.</summary>
internal sealed class NodeLowering : OperatorLowering
{
    private readonly LoweredGraph _graph;

    public NodeLowering(LoweredGraph graph, int index)
        : base(graph.Graph.Nodes[index])
    {
        _graph = graph;
        Index = index;
        Results = new LoweredValue?[Node.OutputTypes.Length];
    }

    /// <summary>The node's number.</summary>
    public int Index { get; }

    /// <summary>What it will run on.</summary>
    public DeviceFacts Device => _graph.Device;

    /// <summary>Whether anything reads a result.</summary>
    public bool IsRead(int result) => _graph.Uses[_graph.Graph.ResultOf(Index, result).Id] > 0;

    /// <summary>What the results are, as far as the lowering has said.</summary>
    public LoweredValue?[] Results { get; }

    /// <summary>The first result, element by element.</summary>
    public bool Define(Definition definition) => Define(0, definition);

    /// <summary>A result, element by element.</summary>
    public bool Define(int result, Definition definition)
    {
        Results[result] = _graph.Add(Node.OutputTypes[result], Index, Node.Operator.Schema.Name, definition);
        return true;
    }

    /// <summary>The first result as elements of an operand at other places.</summary>
    /// <param name="source">The operand.</param>
    /// <param name="index">From a place in the result to the place in the operand.</param>
    public bool View(LoweredValue source, Func<Dim[], Dim[]> index) => View(0, source, index);

    /// <summary>A result as elements of an operand at other places.</summary>
    public bool View(int result, LoweredValue source, Func<Dim[], Dim[]> index)
    {
        Results[result] = _graph.AddView(Node.OutputTypes[result], Index, source, index);
        return true;
    }

    /// <summary>A result that is a value made by another call of this lowering's.</summary>
    public bool Return(int result, LoweredValue value)
    {
        Results[result] = value;
        return true;
    }

    /// <summary>A value in between, element by element; its name is for kernels' names. It may be made to lie in memory even where nothing else asks for it.</summary>
    public LoweredValue Temporary(string name, TensorType type, Definition definition, bool isStored = false)
    {
        var value = _graph.Add(type, Index, name, definition);
        value.IsStored = isStored;
        return value;
    }

    /// <summary>A value in between: the elements of another at other places.</summary>
    public LoweredValue TemporaryView(TensorType type, LoweredValue source, Func<Dim[], Dim[]> index) => _graph.AddView(type, Index, source, index);

    /// <summary>A value in between: the elements of another in the same order under other sizes.</summary>
    public LoweredValue Reshaped(LoweredValue source, Shape shape) => shape == source.Type.Shape
        ? source
        : TemporaryView(new(source.Type.DType, shape), source, index => Reshaping.Places(source.Type.Shape, shape, index));

    /// <summary>A value that a step fills.</summary>
    public LoweredValue Filled(string name, TensorType type) => _graph.AddFilled(type, Index, name);

    /// <summary>Adds a step, which runs after what its operands need.</summary>
    public void Run(Step step) => _graph.Add(step);

    /// <summary>The step that fills a value, where one does and no other node reads it; a lowering may change such a step.</summary>
    public T? ProducerOf<T>(LoweredValue value)
        where T : Step => _graph.ProducerOf(value) as T;

    /// <summary>How many nodes and outputs read a tensor argument.</summary>
    public int UsesOf(string parameter) => _graph.Uses[Node.Tensor(parameter)!.Value.Id];

    /// <summary>A tensor argument.</summary>
    public LoweredValue Tensor(string parameter) => OptionalTensor(parameter) ?? throw new InvalidOperationException($"{Node.Operator.Name}: {parameter} is absent");

    /// <summary>A tensor argument, or null where it is absent.</summary>
    public LoweredValue? OptionalTensor(string parameter) => Node.Tensor(parameter) is { } value ? _graph.ValueOf(value) : null;

    /// <summary>A list of tensors; null in the place of an absent one.</summary>
    public LoweredValue?[] Tensors(string parameter) => [.. ((TensorListArgument)Node.Argument(parameter)).Items.Select(item => item is { } value ? _graph.ValueOf(value) : null)];
}
