using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>What the names of a pattern stand for at one place of a graph.</summary>
public sealed class Match(GraphBuilder graph)
{
    private readonly List<(string Name, Value Value)> _values = [];
    private readonly List<(string Name, Node Node)> _nodes = [];

    /// <summary>The graph that the values belong to.</summary>
    public GraphBuilder Graph => graph;

    /// <summary>The value that a name stands for.</summary>
    public Value this[string name] => Find(name) ?? throw new InvalidOperationException($"the pattern has no value {name} here");

    /// <summary>Whether a node of the name is part of the match; where patterns have alternatives, it may not be.</summary>
    public bool Has(string node) => _nodes.Exists(entry => entry.Name == node);

    /// <summary>The node that a name stands for.</summary>
    public Node Node(string name) =>
        _nodes.FindIndex(entry => entry.Name == name) is var i and >= 0 ? _nodes[i].Node : throw new InvalidOperationException($"the pattern has no node {name} here");

    /// <summary>The type of the value that a name stands for.</summary>
    public TensorType TypeOf(string name) => graph.TypeOf(this[name]);

    /// <summary>The argument of a node by its parameter's name.</summary>
    public Argument Argument(string node, string parameter) => Node(node).Argument(parameter);

    internal bool Bind(string name, Value value)
    {
        if (Find(name) is { } bound)
            return bound == value;
        _values.Add((name, value));
        return true;
    }

    internal void Bind(string name, Node node) => _nodes.Add((name, node));

    /// <summary>Forgets the names that an attempt bound when it fails.</summary>
    internal bool Try(Func<bool> attempt)
    {
        var (values, nodes) = (_values.Count, _nodes.Count);
        if (attempt())
            return true;
        _values.RemoveRange(values, _values.Count - values);
        _nodes.RemoveRange(nodes, _nodes.Count - nodes);
        return false;
    }

    private Value? Find(string name) => _values.FindIndex(entry => entry.Name == name) is var i and >= 0 ? _values[i].Value : null;
}
