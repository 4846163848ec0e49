using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>What a pass made of a graph.</summary>
/// <param name="Graph">The graph after the pass; the very same object when nothing changed.</param>
/// <param name="Rewrites">What was done, in order; empty when nothing changed.</param>
public sealed record PassResult(TensorGraph Graph, IReadOnlyList<Rewrite> Rewrites)
{
    /// <summary>Whether the graph differs from the one that was given.</summary>
    public bool Changed => Rewrites.Count > 0;

    /// <summary>The result of a pass that had nothing to do.</summary>
    public static PassResult Unchanged(TensorGraph graph) => new(graph, []);
}

/// <summary>One step of a pass, for the trace that people read.</summary>
/// <param name="Rule">The rule that was applied, with its algebra, such as <c>all_reduce(x) = all_gather(reduce_scatter(x))</c>.</param>
/// <param name="Place">The node that it was applied to.</param>
public sealed record Rewrite(string Rule, string Place)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Rule}";
}
