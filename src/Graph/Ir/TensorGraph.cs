using System.Collections.ObjectModel;

namespace Evergraph.Graph;

/// <summary>
/// An immutable dataflow graph over dense tensors with symbolic sizes: inputs, parameters, ordered nodes, outputs, and
/// the requirements on sizes that could not be proven.
/// </summary>
/// <remarks>Values are numbered: inputs first, then parameters, then the results of the nodes in node order.</remarks>
public sealed class TensorGraph
{
    private readonly TensorType[] _types;
    private readonly int[] _firstResult;
    private readonly int[] _producer;
    private IReadOnlyList<Symbol>? _symbols;

    /// <summary>Creates a graph without checking it; <see cref="GraphVerifier"/> checks.</summary>
    public TensorGraph(
        EquatableArray<GraphInput> inputs,
        EquatableArray<GraphParameter> parameters,
        EquatableArray<Node> nodes,
        EquatableArray<GraphOutput> outputs,
        EquatableArray<Requirement> requirements)
    {
        Inputs = inputs;
        Parameters = parameters;
        Nodes = nodes;
        Outputs = outputs;
        Requirements = requirements;

        int count = inputs.Length + parameters.Length;
        _firstResult = new int[nodes.Length + 1];
        for (int i = 0; i < nodes.Length; i++)
        {
            _firstResult[i] = count;
            count += nodes[i].OutputTypes.Length;
        }

        _firstResult[nodes.Length] = count;
        _types = new TensorType[count];
        _producer = new int[count];
        int id = 0;
        foreach (var input in inputs)
        {
            _producer[id] = -1;
            _types[id++] = input.Type;
        }

        foreach (var parameter in parameters)
        {
            _producer[id] = -1;
            _types[id++] = parameter.Type;
        }

        for (int i = 0; i < nodes.Length; i++)
        {
            foreach (var type in nodes[i].OutputTypes)
            {
                _producer[id] = i;
                _types[id++] = type;
            }
        }
    }

    /// <summary>What a call gives.</summary>
    public EquatableArray<GraphInput> Inputs { get; }

    /// <summary>What the model has.</summary>
    public EquatableArray<GraphParameter> Parameters { get; }

    /// <summary>What is computed, in an order in which every operand comes before its use.</summary>
    public EquatableArray<Node> Nodes { get; }

    /// <summary>What a call returns or overwrites.</summary>
    public EquatableArray<GraphOutput> Outputs { get; }

    /// <summary>What must hold of the sizes at each call.</summary>
    public EquatableArray<Requirement> Requirements { get; }

    /// <summary>How many values there are.</summary>
    public int ValueCount => _types.Length;

    /// <summary>The types of all values, by id.</summary>
    public ReadOnlySpan<TensorType> Types => _types;

    /// <summary>The type of a value.</summary>
    public TensorType TypeOf(Value value) => _types[value.Id];

    /// <summary>The element types of a node's operands.</summary>
    public DTypeSet DTypesOf(Node node)
    {
        var dtypes = DTypeSet.None;
        foreach (var operand in node.Operands)
            dtypes = dtypes.With(TypeOf(operand).DType);
        return dtypes;
    }

    /// <summary>The value of an input.</summary>
    public Value InputValue(int index) => new(index);

    /// <summary>The value of a parameter.</summary>
    public Value ParameterValue(int index) => new(Inputs.Length + index);

    /// <summary>One result of a node.</summary>
    public Value ResultOf(int node, int result = 0) => new(_firstResult[node] + result);

    /// <summary>The index of the node that computes a value, or −1 for an input or a parameter.</summary>
    public int ProducerOf(Value value) => _producer[value.Id];

    /// <summary>The node that computes a value, or null for an input or a parameter.</summary>
    public Node? NodeOf(Value value) => _producer[value.Id] is var index and >= 0 ? Nodes[index] : null;

    /// <summary>The parameter that a value is, or null.</summary>
    public GraphParameter? ParameterOf(Value value) =>
        value.Id >= Inputs.Length && value.Id < Inputs.Length + Parameters.Length ? Parameters[value.Id - Inputs.Length] : null;

    /// <summary>The input that a value is, or null.</summary>
    public GraphInput? InputOf(Value value) => value.Id < Inputs.Length ? Inputs[value.Id] : null;

    /// <summary>Every symbol: those of the inputs in order, then those that nodes define in order.</summary>
    public IReadOnlyList<Symbol> Symbols() => _symbols ??= FindSymbols();

    /// <summary>Whether another graph is the same, node for node; where nodes come from does not count.</summary>
    public bool SameAs(TensorGraph other) =>
        ReferenceEquals(this, other)
        || (Inputs == other.Inputs && Parameters == other.Parameters && Nodes == other.Nodes && Outputs == other.Outputs && Requirements == other.Requirements);

    /// <summary>How often each value is read, outputs included, by id.</summary>
    public int[] CountUses()
    {
        var uses = new int[ValueCount];
        foreach (var node in Nodes)
        {
            foreach (var operand in node.Operands)
                uses[operand.Id]++;
        }

        foreach (var output in Outputs)
            uses[output.Value.Id]++;
        return uses;
    }

    private ReadOnlyCollection<Symbol> FindSymbols()
    {
        var seen = new HashSet<Symbol>();
        // Sizes of many types are one expression, which has its symbols looked through once.
        var looked = new HashSet<Polynomial>(ReferenceEqualityComparer.Instance);
        var found = new List<Symbol>();
        var symbols = new List<Symbol>();
        void Add(Dim dim)
        {
            if (dim.Polynomial is null || !looked.Add(dim.Polynomial))
                return;
            found.Clear();
            dim.CollectSymbols(found);
            foreach (var symbol in found)
            {
                if (seen.Add(symbol))
                    symbols.Add(symbol);
            }
        }

        foreach (var input in Inputs)
        {
            foreach (var dim in input.Type.Shape)
                Add(dim);
            if (input.Number is { } number)
                Add(number);
        }

        foreach (var type in _types)
        {
            foreach (var dim in type.Shape)
                Add(dim);
        }

        return symbols.AsReadOnly();
    }
}
