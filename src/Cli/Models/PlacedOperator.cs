using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Cli.Models;

/// <summary>How nodes of one operator run on a backend; an operator whose nodes run differently has several of these.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Nodes">How many nodes run this way.</param>
/// <param name="RunsAs">How, as tables show it.</param>
/// <param name="Native">The operators of the backend's library, or null where C# code runs it.</param>
/// <param name="Implementation">The implementation in C#, or null.</param>
/// <param name="Reason">Why it is not native, or why nothing can run it.</param>
internal sealed record PlacedOperator(string Operator, int Nodes, string RunsAs, IReadOnlyList<string>? Native, string? Implementation, string Reason)
{
    /// <summary>The operators of a graph, the most frequent first.</summary>
    public static IReadOnlyList<PlacedOperator> Of(IBackend backend, TensorGraph graph, Dispatcher dispatcher) =>
    [
        .. backend.Place(graph, dispatcher)
            .GroupBy(placement => (placement.Node.Operator.Name, RunsAs: placement.ToString()))
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.Name, StringComparer.Ordinal).ThenBy(group => group.Key.RunsAs, StringComparer.Ordinal)
            .Select(group => new PlacedOperator(
                group.Key.Name, group.Count(), group.Key.RunsAs, group.First().Native, group.First().Implementation, group.First().Reason)),
    ];
}
