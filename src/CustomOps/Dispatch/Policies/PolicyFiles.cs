using System.Collections.Concurrent;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>The policy's sources outside code, read once for each platform, when they are first asked for.</summary>
/// <param name="environment">The environment's variables.</param>
internal sealed class PolicyFiles(IReadOnlyDictionary<string, string> environment)
{
    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<PolicySource>>> _byPlatform = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The sources, strongest first.</summary>
    /// <exception cref="DispatchPolicyException">One of them is wrong.</exception>
    public IReadOnlyList<PolicySource> Of(string platform) => _byPlatform.GetOrAdd(
        platform, name => new(() => PolicySources.Read(environment, name, KnownOperators.Names))).Value;
}
