using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>Whether the policy of dispatch lets a node run as a backend's own code.</summary>
internal static class NativePolicy
{
    private static readonly HashSet<string> House = new(StringComparer.OrdinalIgnoreCase) { Backend.Reference, "vectorized", "amx" };

    /// <summary>
    /// Why a node must not: dispatch chose an implementation that is not the house's own, a vendor's or the user's, or the policy leaves none.
    /// Null where it may.
    /// </summary>
    public static string? WhyOverruled(Resolution resolution) => resolution.Chosen is { } chosen
        ? House.Contains(chosen.Id) ? null : $"dispatch chose {chosen.Id}"
        : resolution.Candidates.Count == 0 ? null : "the policy leaves no implementation";
}
