using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>
/// Recorded launches by the sizes of the call. Sizes that come for the second time are recorded; of too many the ones used least recently are
/// forgotten. Used under the rank's lock.
/// </summary>
internal sealed class Replays(int most) : IDisposable
{
    private readonly Dictionary<EquatableArray<long>, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];

    /// <summary>How many recordings there are.</summary>
    public int Count => _byUse.Count(entry => entry.Graph is not null);

    /// <summary>What is known of sizes: <c>Graph</c> is null where they came once and nothing is recorded.</summary>
    /// <returns>The entry, or null where the sizes are new, or nothing is to be recorded.</returns>
    public Entry? Find(ReadOnlySpan<long> symbols)
    {
        if (most == 0)
            return null;

        // The newest first: calls of the same sizes in a row find theirs at once.
        if (_byUse.First is { } newest && newest.Value.Symbols.AsSpan().SequenceEqual(symbols))
            return newest.Value;
        var key = EquatableArray<long>.Own(symbols.ToArray());
        if (_entries.TryGetValue(key, out var node))
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }

        if (_entries.Count == most)
        {
            var oldest = _byUse.Last!;
            _byUse.RemoveLast();
            _entries.Remove(oldest.Value.Symbols);
            oldest.Value.Graph?.Dispose();
        }

        _entries.Add(key, _byUse.AddFirst(new Entry(key)));
        return null;
    }

    /// <summary>Forgets all, as when memory has moved.</summary>
    public void Clear()
    {
        foreach (var entry in _byUse)
            entry.Graph?.Dispose();
        _byUse.Clear();
        _entries.Clear();
    }

    public void Dispose() => Clear();

    /// <summary>Sizes that came before.</summary>
    internal sealed class Entry(EquatableArray<long> symbols)
    {
        public EquatableArray<long> Symbols { get; } = symbols;

        /// <summary>The recorded launches, once there are some.</summary>
        public CudaGraph? Graph { get; set; }
    }
}
