using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>How a backend runs a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Native">What of the backend's own it becomes, such as ONNX's <c>MatMul</c> or <c>cuda</c>'s kernels; null where C# code runs it.</param>
/// <param name="Implementation">The implementation that dispatch chooses; null where the node is native, or there is none.</param>
/// <param name="Reason">Why it is not native, or why nothing can run it; empty where there is nothing to say.</param>
public sealed record NodePlacement(Node Node, IReadOnlyList<string>? Native, string? Implementation, string Reason)
{
    /// <summary>Whose the native operators are, as tables show it before them.</summary>
    public string Library { get; init; } = "onnx";

    /// <summary>A node that runs as C# code.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="node">Its node.</param>
    /// <param name="dispatcher">Chooses the implementation.</param>
    /// <param name="reason">Why it is not native.</param>
    public static NodePlacement InCSharp(TensorGraph graph, Node node, Dispatcher dispatcher, string reason = "") =>
        InCSharp(node, dispatcher.Resolve(node.Operator, graph.DTypesOf(node)), reason);

    /// <summary>A node that runs as C# code, of which dispatch was asked before.</summary>
    internal static NodePlacement InCSharp(Node node, Resolution resolution, string reason) => resolution.Chosen is { } chosen
        ? new(node, null, chosen.Id, reason)
        : new(node, null, null, string.Join("; ", resolution.Candidates.Select(candidate => $"{candidate.Implementation.Id}: {candidate.Reason}").DefaultIfEmpty("it has no implementation")));

    /// <summary><c>onnx: MatMul, Add</c>, <c>cuda: kernels</c>, <c>C# (vectorized)</c>, <c>C# (vectorized): no product of bfloat16</c>.</summary>
    public override string ToString() => this switch
    {
        { Native.Count: 0 } => $"{Library}: no node, the result is the operand",
        { Native: { } native } => $"{Library}: {string.Join(", ", native)}",
        { Implementation: { } implementation, Reason: "" } => $"C# ({implementation})",
        { Implementation: { } implementation } => $"C# ({implementation}): {Reason}",
        _ => $"nothing: {Reason}",
    };
}
