using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Rewrites a graph into one that computes the same.</summary>
/// <remarks>
/// Every pass keeps the laws, which are tested on generated graphs: the result verifies, has the same input and output
/// types, computes the same numbers, reports truthfully whether it changed anything, and changes nothing the second time.
/// </remarks>
public interface IPass
{
    /// <summary>The pass's name: a verb, such as <c>remove-dead-nodes</c>.</summary>
    string Name { get; }

    /// <summary>Rewrites a graph.</summary>
    PassResult Run(TensorGraph graph, PassContext context);
}
