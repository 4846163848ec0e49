using System.Collections.Concurrent;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.OnnxRuntime;

namespace Evergraph.Runtime;

/// <summary>The backends of this process, by name. Thread-safe.</summary>
public static class Backends
{
    private static readonly ConcurrentDictionary<string, IBackend> ByName = new(StringComparer.Ordinal)
    {
        [Backend.Reference] = new ReferenceBackend(),
        [OnnxRuntimeBackend.BackendName] = new OnnxRuntimeBackend(),
        [Backend.Cuda] = new CudaBackend(),
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

    /// <summary>The backend that options mean.</summary>
    /// <param name="name">Its name, or null for the best on this machine.</param>
    /// <exception cref="EvergraphException">There is none of this name, or it cannot be used on this machine.</exception>
    public static BackendChoice Choose(string? name) =>
        name is null ? Best(Find(OnnxRuntimeBackend.BackendName), Find(Backend.Reference)) : Named(Find(name));

    /// <summary>Throws where a backend cannot be used on this machine.</summary>
    /// <exception cref="EvergraphException">It cannot; the text says why.</exception>
    internal static void Require(IBackend backend)
    {
        if (backend.Unavailable() is { } reason)
            throw new EvergraphException($"backend {backend.Name} cannot be used here: {reason}");
    }

    /// <summary>The fast backend where it can be used, otherwise the one that always can.</summary>
    internal static BackendChoice Best(IBackend fast, IBackend always) => fast.Unavailable() is { } reason
        ? new(always, $"the default, {fast.Name}, cannot be used here: {reason}")
        : new(fast, "the default, the fastest on this machine");

    /// <summary>A backend that was asked for by name.</summary>
    internal static BackendChoice Named(IBackend backend)
    {
        Require(backend);
        return new(backend, "asked for");
    }
}

/// <summary>A backend, and why it is the one.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Reason">Why.</param>
public sealed record BackendChoice(IBackend Backend, string Reason);
