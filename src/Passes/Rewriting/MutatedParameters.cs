using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Parameters that a run writes to: they are no constants.</summary>
internal static class MutatedParameters
{
    /// <summary>Their names.</summary>
    public static HashSet<string> Of(TensorGraph graph) => graph.Outputs
        .Where(output => output.Kind == GraphOutputKind.BufferMutation)
        .Select(output => output.Target!)
        .ToHashSet(StringComparer.Ordinal);
}
