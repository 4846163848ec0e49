using Evergraph.CustomOps;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph.Views;

namespace Evergraph.Runtime;

/// <summary>What this process knows of operators, for pictures of graphs.</summary>
public static class GraphViews
{
    /// <summary>What a view is told: implementations and what dispatch chooses, operations, branches, and what runs each node.</summary>
    /// <param name="title">What is shown, such as a file's name.</param>
    /// <param name="backend">What runs the last stage, or null where that is not to be told.</param>
    /// <param name="dispatcher">Chooses implementations.</param>
    public static ViewOptions Options(string title, IBackend? backend, Dispatcher dispatcher) => new()
    {
        Title = title,
        Implementations = (definition, dtypes) =>
        {
            var resolution = dispatcher.Resolve(definition, dtypes);
            return [.. resolution.Candidates.Select(candidate => new ViewImplementation(
                candidate.Implementation.Id, From(candidate.Implementation), candidate.IsUsable, ReferenceEquals(candidate.Implementation, resolution.Chosen), candidate.Reason))];
        },
        Operations = (graph, node) => OperationCount.Of(graph, node),
        Branches = FlashCommBranches.Of,
        Placements = backend is null ? null : graph => [.. backend.Place(graph, dispatcher).Select(placement => placement.ToString())],
    };

    /// <summary>A timed run, for a view.</summary>
    public static ViewRun Run(string backend, RunProfile profile) => new(
        string.Join(", ", [backend, .. profile.Symbols.Select(symbol => $"{symbol.Symbol} = {symbol.Value}")]),
        profile.Symbols,
        [.. profile.Steps.Select(step => new ViewStep(step.Node, step.Name, step.Start, step.Duration, step.Bytes, step.Operations))],
        profile.PeakBytes);

    private static string From(Implementation implementation) =>
        implementation.Vendor is { } vendor ? $"{implementation.Platform}, {vendor}" : implementation.Platform;
}
