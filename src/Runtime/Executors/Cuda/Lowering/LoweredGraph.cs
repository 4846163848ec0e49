using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>A graph as values that are defined element by element, and steps between them, in order.</summary>
internal sealed class LoweredGraph
{
    private readonly LoweredValue?[] _values;
    private readonly Dictionary<LoweredValue, Step> _producers = [];

    /// <summary>Begins a lowering: inputs and parameters lie in memory.</summary>
    public LoweredGraph(TensorGraph graph, DeviceFacts device)
    {
        Graph = graph;
        Device = device;
        _values = new LoweredValue?[graph.ValueCount];
        Uses = graph.CountUses();
        for (int i = 0; i < graph.Inputs.Length + graph.Parameters.Length; i++)
        {
            string name = i < graph.Inputs.Length ? graph.Inputs[i].Name : graph.Parameters[i - graph.Inputs.Length].Name;
            Bind(new(i), AddFilled(graph.TypeOf(new(i)), -1, name));
        }

        var written = graph.Outputs.Where(output => output.Kind == GraphOutputKind.BufferMutation).Select(output => output.Target).ToHashSet();
        Constants = Enumerable.Range(0, graph.Parameters.Length).Where(i => !written.Contains(graph.Parameters[i].Name)).Select(i => ValueOf(graph.ParameterValue(i))).ToHashSet();
    }

    public TensorGraph Graph { get; }

    /// <summary>What it will run on.</summary>
    public DeviceFacts Device { get; }

    /// <summary>How often nodes and outputs read each value of the graph.</summary>
    public int[] Uses { get; }

    /// <summary>Values with a definition, and steps, in an order in which each comes after what it reads.</summary>
    public List<object> Items { get; } = [];

    /// <summary>The parameters that no run overwrites.</summary>
    public IReadOnlySet<LoweredValue> Constants { get; }

    /// <summary>How many values there are.</summary>
    public int ValueCount { get; private set; }

    /// <summary>The value that stands for one of the graph's.</summary>
    public LoweredValue ValueOf(Value value) => _values[value.Id] ?? throw new InvalidOperationException($"{value} is not lowered yet");

    /// <summary>Says which value stands for one of the graph's.</summary>
    public void Bind(Value value, LoweredValue lowered) => _values[value.Id] = lowered;

    /// <summary>The step that fills a value, or null.</summary>
    public Step? ProducerOf(LoweredValue value) => _producers.GetValueOrDefault(value);

    public LoweredValue Add(TensorType type, int node, string name, Definition definition)
    {
        var value = new LoweredValue(ValueCount++, type, node, name) { Definition = definition };
        Items.Add(value);
        return value;
    }

    public LoweredValue AddView(TensorType type, int node, LoweredValue source, Func<Dim[], Dim[]> index)
    {
        string name = node < 0 ? source.Name : Graph.Nodes[node].Operator.Schema.Name;
        var value = new LoweredValue(ValueCount++, type, node, name) { Definition = (scope, place) => scope.At(source, index(place)), ViewOf = source };
        Items.Add(value);
        return value;
    }

    public LoweredValue AddFilled(TensorType type, int node, string name) => new(ValueCount++, type, node, name) { IsStored = true };

    public void Add(Step step)
    {
        Items.Add(step);
        foreach (var result in step.Results)
            _producers.Add(result, step);
    }
}
