using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>A node failed at run time: its kernel threw, or returned what its fake did not announce.</summary>
public sealed class KernelException : EvergraphException
{
    /// <summary>Creates the error of a node.</summary>
    /// <param name="node">The node; its operator and place begin the message.</param>
    /// <param name="message">What went wrong: expected and given.</param>
    public KernelException(Node node, string message)
        : base($"{node}: {message}") => Node = node;

    /// <summary>Creates the error of a node whose kernel threw.</summary>
    public KernelException(Node node, string message, Exception cause)
        : base($"{node}: {message}", cause) => Node = node;

    /// <summary>The node that failed.</summary>
    public Node Node { get; }
}

/// <summary>Operators of a graph have no implementation for the backend that shall run it.</summary>
public sealed class MissingKernelException : EvergraphException
{
    /// <summary>Creates the error.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="nodes">One node of each operator without an implementation, and the implementations that cannot be used, with why.</param>
    public MissingKernelException(string backend, IReadOnlyList<(Node Node, IReadOnlyList<Candidate> Candidates)> nodes)
        : base($"the {backend} backend has no kernel for {nodes.Count} operator{(nodes.Count == 1 ? "" : "s")} of the graph: "
            + string.Join(", ", nodes.Select(missing => $"{missing.Node}{Describe(missing.Candidates)}"))
            + $": add a method with [Kernel(\"{backend}\")] to each operator's class, change the policy, or choose another backend")
    {
        Operators = [.. nodes.Select(missing => missing.Node.Operator).Distinct()];
    }

    /// <summary>Fails where dispatch chose no implementation for some of a graph's nodes.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="nodes">The nodes that run as C# code, with what dispatch says of them.</param>
    /// <exception cref="MissingKernelException">There are such nodes; one of each operator and element types is named.</exception>
    internal static void ThrowIfAny(string backend, IEnumerable<(Node Node, Resolution Resolution)> nodes)
    {
        var missing = nodes
            .Where(node => node.Resolution.Chosen is null)
            .DistinctBy(node => (node.Node.Operator, node.Resolution.DTypes))
            .Select(node => (node.Node, node.Resolution.Candidates))
            .ToList();
        if (missing.Count > 0)
            throw new MissingKernelException(backend, missing);
    }

    /// <summary>The operators without an implementation.</summary>
    public IReadOnlyList<OperatorDefinition> Operators { get; }

    private static string Describe(IReadOnlyList<Candidate> candidates) => candidates.Count == 0
        ? ""
        : $" ({string.Join("; ", candidates.Select(candidate => $"{candidate.Implementation.Id}: {candidate.Reason}"))})";
}
