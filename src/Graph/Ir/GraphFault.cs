namespace Evergraph.Graph;

/// <summary>One thing that is wrong with a graph.</summary>
/// <param name="Node">The index of the node at fault, or −1 where it is an input, a parameter or an output.</param>
/// <param name="Message">Place, expected and given.</param>
public sealed record GraphFault(int Node, string Message);

/// <summary>A graph that does not verify.</summary>
public sealed class InvalidGraphException : EvergraphException
{
    /// <summary>Creates the error from the faults.</summary>
    public InvalidGraphException(TensorGraph graph, IReadOnlyList<GraphFault> faults)
        : base($"the graph does not verify ({faults.Count} fault{(faults.Count == 1 ? "" : "s")}): {string.Join("; ", faults.Take(5).Select(fault => fault.Message))}")
    {
        Graph = graph;
        Faults = faults;
    }

    /// <summary>The graph at fault.</summary>
    public TensorGraph Graph { get; }

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<GraphFault> Faults { get; }
}
