using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Removes nodes whose results no output depends on, and parameters that nothing reads.</summary>
public sealed class RemoveDeadNodes : IPass
{
    /// <inheritdoc/>
    public string Name => "remove-dead-nodes";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var after = DeadNodes.Remove(graph);
        if (ReferenceEquals(after, graph))
            return PassResult.Unchanged(graph);
        string place = $"{graph.Nodes.Length - after.Nodes.Length} nodes, {graph.Parameters.Length - after.Parameters.Length} parameters";
        return new(after, [new("f(x) = (nothing) when no output depends on f(x)", place)]);
    }
}
