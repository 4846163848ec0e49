using System.Collections.Immutable;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>All that dispatch decides by, at one moment. Immutable: whoever changes it makes another.</summary>
internal sealed record DispatchFacts
{
    /// <summary>Moves with every change of policy, implementations or platforms; failures do not outlive it.</summary>
    public int Epoch { get; init; }

    public ImplementationRegistry Registry { get; init; } = ImplementationRegistry.Empty;

    public ImmutableArray<Platform> Platforms { get; init; } = [];

    /// <summary>The policy set in code for the whole process, or null.</summary>
    public DispatchPolicy? ProcessPolicy { get; init; }

    /// <summary>The files and variables.</summary>
    public required PolicyFiles Files { get; init; }

    /// <summary>What failed in this epoch, by operator and id in lower case, and why.</summary>
    public ImmutableDictionary<(string Operator, string Id), string> Failures { get; init; } =
        ImmutableDictionary<(string Operator, string Id), string>.Empty;

    public ImmutableArray<PluginReport> Plugins { get; init; } = [];

    /// <summary>What was frozen, or null.</summary>
    public FrozenDispatch? Frozen { get; init; }
}
