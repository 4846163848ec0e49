using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>For each value of a graph, the nodes between which it must be kept.</summary>
internal sealed class Lifetimes
{
    /// <summary>The end of a value that lives to the end of the run.</summary>
    public const int EndOfRun = int.MaxValue;

    private readonly int[] _last;

    public Lifetimes(TensorGraph graph)
    {
        Graph = graph;
        _last = new int[graph.ValueCount];
        for (int id = 0; id < _last.Length; id++)
            _last[id] = FirstOf(id);
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            foreach (var operand in graph.Nodes[i].Operands)
                _last[operand.Id] = i;
        }

        foreach (var output in graph.Outputs)
            _last[output.Value.Id] = EndOfRun;
    }

    public TensorGraph Graph { get; }

    /// <summary>The node that defines a value, or −1 where the call or the model does.</summary>
    public int FirstOf(int id) => Graph.ProducerOf(new(id));

    /// <summary>The last node that reads a value; the node that defines it where none does.</summary>
    public int LastOf(int id) => _last[id];

    /// <summary>The values that are not needed after each node; parameters stay.</summary>
    public int[][] ReleasedAfter()
    {
        var released = new List<int>[Graph.Nodes.Length];
        int results = Graph.Inputs.Length + Graph.Parameters.Length;
        for (int id = 0; id < _last.Length; id++)
        {
            bool isParameter = id >= Graph.Inputs.Length && id < results;
            if (!isParameter && _last[id] >= 0 && _last[id] != EndOfRun)
                (released[_last[id]] ??= []).Add(id);
        }

        return Array.ConvertAll(released, ids => ids?.ToArray() ?? []);
    }
}
