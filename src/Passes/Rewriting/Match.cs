using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>What the names of a pattern stand for at one place of a graph.</summary>
public sealed class Match(GraphBuilder graph)
{
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    /// <summary>The graph that the values belong to.</summary>
    public GraphBuilder Graph => graph;

    /// <summary>The value that a name stands for.</summary>
    public Value this[string name] => _values[name];

    /// <summary>The node that a name stands for.</summary>
    public Node Node(string name) => _nodes[name];

    /// <summary>The type of the value that a name stands for.</summary>
    public TensorType TypeOf(string name) => graph.TypeOf(_values[name]);

    /// <summary>The argument of a node by its parameter's name.</summary>
    public Argument Argument(string node, string parameter) => _nodes[node].Argument(parameter);

    internal bool Bind(string name, Value value) => _values.TryAdd(name, value) || _values[name] == value;

    internal void Bind(string name, Node node) => _nodes[name] = node;
}
