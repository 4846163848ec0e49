namespace Evergraph.Graph;

/// <summary>One thing that is wrong with a graph.</summary>
/// <param name="Place">What is at fault.</param>
/// <param name="Index">Which of the graph's nodes, inputs, parameters or outputs it is; −1 for the graph itself.</param>
/// <param name="Message">Place, expected and given.</param>
public sealed record GraphFault(FaultPlace Place, int Index, string Message);

/// <summary>What of a graph is at fault.</summary>
public enum FaultPlace
{
    /// <summary>The graph itself.</summary>
    Graph,

    /// <summary>An input.</summary>
    Input,

    /// <summary>A parameter.</summary>
    Parameter,

    /// <summary>A node.</summary>
    Node,

    /// <summary>An output.</summary>
    Output,
}

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
