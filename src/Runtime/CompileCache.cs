using System.Collections.Concurrent;

namespace Evergraph.Runtime;

/// <summary>
/// Compiled graphs by what they were compiled from: a model that is traced again, or asked for by several requests at once,
/// is compiled once. Thread-safe.
/// </summary>
/// <remarks>A compiled graph keeps its parameters alive, and the cache keeps the compiled graph: <see cref="Clear"/> lets go.</remarks>
public sealed class CompileCache
{
    private readonly ConcurrentDictionary<CompileKey, Lazy<CompiledGraph>> _graphs = new();

    /// <summary>How many graphs are kept.</summary>
    public int Count => _graphs.Count;

    /// <summary>Forgets every graph.</summary>
    public void Clear() => _graphs.Clear();

    internal CompiledGraph GetOrAdd(CompileKey key, Func<CompiledGraph> compile)
    {
        var entry = _graphs.GetOrAdd(key, _ => new(compile));
        try
        {
            return entry.Value;
        }
        catch
        {
            // What failed may succeed later, such as when an operator's implementation has been loaded.
            _graphs.TryRemove(new(key, entry));
            throw;
        }
    }
}
