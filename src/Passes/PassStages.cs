using Evergraph.Graph;
using Evergraph.Graph.Views;

namespace Evergraph.Passes;

/// <summary>What a pipeline made of a graph, pass by pass, for pictures.</summary>
public static class PassStages
{
    /// <summary>The graph as it came, and the graph after each pass that changed it.</summary>
    /// <param name="imported">The graph as it came; it verifies.</param>
    /// <param name="records">What the passes did.</param>
    public static IReadOnlyList<ViewSource> Of(TensorGraph imported, IReadOnlyList<PassRecord> records) =>
    [
        new("imported", "", imported, []),
        .. records.Where(record => record.Changed).Select(record => new ViewSource(record.Pass, Describe(record.Rewrites), record.After, [])),
    ];

    // One line for each rule, however often it was applied.
    private static string Describe(IReadOnlyList<Rewrite> rewrites) =>
        string.Join('\n', rewrites.GroupBy(rewrite => rewrite.Rule).Select(group => group.Count() == 1 ? $"{group.Key} at {group.First().Place}" : $"{group.Key}, {group.Count()} times"));
}
