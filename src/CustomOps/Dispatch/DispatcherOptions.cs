using System.Collections;
using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>What a dispatcher is made of.</summary>
public sealed record DispatcherOptions
{
    /// <summary>The environment's variables; none where nothing is said.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The hardware that is there.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [Platform.ThisCpu];

    /// <summary>Assemblies whose plugins are loaded at once; the house's own where nothing is said.</summary>
    public IReadOnlyList<Assembly> Plugins { get; init; } = [typeof(Dispatcher).Assembly];

    /// <summary>Whether assemblies that are loaded, now or later, bring their plugins.</summary>
    public bool FollowsLoadedAssemblies { get; init; }

    /// <summary>Where choices, switches, fallbacks and faults of plugins are logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Those of the process: its environment, its processor, every assembly in it.</summary>
    internal static DispatcherOptions OfProcess() => new()
    {
        Environment = System.Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToFrozenDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        FollowsLoadedAssemblies = true,
    };
}
