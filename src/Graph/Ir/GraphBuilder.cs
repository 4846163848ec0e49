namespace Evergraph.Graph;

/// <summary>
/// Builds a <see cref="TensorGraph"/> node by node, inferring result types with the operators' fakes. Inputs, parameters
/// and nodes may come in any order; <see cref="Build"/> numbers the values as a graph does.
/// </summary>
/// <remarks>Values that the builder returns are valid in this builder only. Not thread-safe.</remarks>
public sealed class GraphBuilder
{
    private const int InputProducer = -1;
    private readonly List<(GraphInput Input, Value Value)> _inputs = [];
    private readonly List<(GraphParameter Parameter, Value Value)> _parameters = [];
    private readonly List<(Node Node, int FirstResult)> _nodes = [];
    private readonly List<GraphOutput> _outputs = [];
    private readonly List<Requirement> _requirements = [];
    private readonly FakeContext _fakes;
    private TensorType[] _types = new TensorType[64];
    private int[] _producers = new int[64];
    private int _count;

    /// <summary>Starts an empty graph.</summary>
    /// <param name="firstDataSymbol">The number of the first symbol for a size that depends on data; more than 0 when copying a graph that has such symbols.</param>
    public GraphBuilder(int firstDataSymbol = 0) => _fakes = new(firstDataSymbol);

    /// <summary>How many values there are so far.</summary>
    public int ValueCount => _count;

    /// <summary>The requirements that the fakes left unproven so far.</summary>
    public IReadOnlyList<Requirement> Requirements => _fakes.Requirements;

    /// <summary>The type of a value.</summary>
    public TensorType TypeOf(Value value) => _types[value.Id];

    /// <summary>The node that computes a value, or null for an input or a parameter.</summary>
    public Node? NodeOf(Value value) => _producers[value.Id] is var index and >= 0 ? _nodes[index].Node : null;

    /// <summary>Which of its node's results a value is, from 0; 0 for an input or a parameter.</summary>
    public int ResultIndexOf(Value value) => _producers[value.Id] is var index and >= 0 ? value.Id - _nodes[index].FirstResult : 0;

    /// <summary>The parameter that a value is, or null.</summary>
    public GraphParameter? ParameterOf(Value value)
    {
        int index = ~_producers[value.Id] - 1;
        return index >= 0 ? _parameters[index].Parameter : null;
    }

    /// <summary>Declares an input.</summary>
    public Value AddInput(GraphInput input)
    {
        var value = AddValue(input.Type, InputProducer);
        _inputs.Add((input, value));
        return value;
    }

    /// <summary>Declares a parameter.</summary>
    public Value AddParameter(GraphParameter parameter)
    {
        // A producer below −1 names a parameter: ~(index + 1).
        var value = AddValue(parameter.Type, ~(_parameters.Count + 1));
        _parameters.Add((parameter, value));
        return value;
    }

    /// <summary>Adds a requirement that no fake states, such as an equation between inputs.</summary>
    public void AddRequirement(Requirement requirement) => _requirements.Add(requirement);

    /// <summary>Adds a node whose result types its fake infers.</summary>
    /// <returns>The results.</returns>
    /// <exception cref="ShapeException">The fake refused the arguments.</exception>
    public Value[] Add(OperatorDefinition definition, EquatableArray<Argument> arguments, NodeSource source) =>
        Add(Infer(definition, arguments, source));

    /// <summary>A node whose result types its fake infers, not added yet. Requirements are kept all the same.</summary>
    /// <exception cref="ShapeException">The fake refused the arguments.</exception>
    public Node Infer(OperatorDefinition definition, EquatableArray<Argument> arguments, NodeSource source)
    {
        var types = _fakes.Run(definition, new FakeArguments(arguments.AsSpan(), _types.AsSpan(0, _count)), source);
        return new(definition, arguments, EquatableArray<TensorType>.Own(types), source);
    }

    /// <summary>Adds a node whose result types are known to be right.</summary>
    /// <returns>The results.</returns>
    public Value[] Add(Node node)
    {
        _nodes.Add((node, _count));
        var results = new Value[node.OutputTypes.Length];
        for (int i = 0; i < results.Length; i++)
            results[i] = AddValue(node.OutputTypes[i], _nodes.Count - 1);
        return results;
    }

    /// <summary>Declares an output.</summary>
    public void AddOutput(GraphOutput output) => _outputs.Add(output);

    /// <summary>The graph of all that was added.</summary>
    public TensorGraph Build()
    {
        var ids = new Value[_count];
        int id = 0;
        foreach (var (_, value) in _inputs)
            ids[value.Id] = new(id++);
        foreach (var (_, value) in _parameters)
            ids[value.Id] = new(id++);
        foreach (var (node, first) in _nodes)
        {
            for (int i = 0; i < node.OutputTypes.Length; i++)
                ids[first + i] = new(id++);
        }

        Value Rename(Value value) => ids[value.Id];
        var nodes = new Node[_nodes.Count];
        for (int i = 0; i < nodes.Length; i++)
        {
            var node = _nodes[i].Node;
            var arguments = new Argument[node.Arguments.Length];
            for (int j = 0; j < arguments.Length; j++)
                arguments[j] = node.Arguments[j].Rename(Rename);
            nodes[i] = new(node.Operator, EquatableArray<Argument>.Own(arguments), node.OutputTypes, node.Source);
        }

        return new(
            _inputs.Select(input => input.Input).ToEquatableArray(),
            _parameters.Select(parameter => parameter.Parameter).ToEquatableArray(),
            EquatableArray<Node>.Own(nodes),
            _outputs.Select(output => output with { Value = Rename(output.Value) }).ToEquatableArray(),
            _requirements.Concat(_fakes.Requirements).Distinct().ToEquatableArray());
    }

    private Value AddValue(TensorType type, int producer)
    {
        if (_count == _types.Length)
        {
            Array.Resize(ref _types, _count * 2);
            Array.Resize(ref _producers, _count * 2);
        }

        _producers[_count] = producer;
        _types[_count] = type;
        return new(_count++);
    }
}
