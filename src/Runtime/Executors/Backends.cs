using System.Collections.Concurrent;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime;

namespace Evergraph.Runtime;

/// <summary>The backends of this process, by name. Thread-safe.</summary>
public static class Backends
{
    private static readonly ConcurrentDictionary<string, IBackend> ByName = new(StringComparer.Ordinal)
    {
        [Backend.Reference] = new ReferenceBackend(),
        [OnnxRuntimeBackend.BackendName] = new OnnxRuntimeBackend(),
    };

    /// <summary>Every backend's name, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names => [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds a backend.</summary>
    /// <exception cref="EvergraphException">Another has its name.</exception>
    public static void Register(IBackend backend)
    {
        if (!ReferenceEquals(ByName.GetOrAdd(backend.Name, backend), backend))
            throw new EvergraphException($"backend {backend.Name} is registered already: give one of the two another name");
    }

    /// <summary>Finds a backend.</summary>
    /// <exception cref="EvergraphException">There is none of this name.</exception>
    public static IBackend Find(string name) => ByName.TryGetValue(name, out var backend) ? backend : throw new EvergraphException(
        $"no backend is named {name}: expected one of {string.Join(", ", Names)}");
}
