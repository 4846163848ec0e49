using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>What graphs that are split over ranks have in common.</summary>
internal static class SplitGraphs
{
    private const OperatorTraits OfRanks = OperatorTraits.Collective | OperatorTraits.RankDependent | OperatorTraits.MaybeOverlap;

    /// <summary>Whether ranks compute different things or communicate; otherwise each of them may run the graph alone.</summary>
    public static bool NeedGroup(TensorGraph graph) =>
        graph.Parameters.Any(parameter => parameter.Sharding is not null) || graph.Nodes.Any(node => (node.Operator.Traits & OfRanks) != 0);
}
