using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// One frame's memory for the slots of a plan. It grows on demand and is kept between runs; what stayed much larger than
/// needed for many runs in a row is given back.
/// </summary>
internal sealed class SlotMemory
{
    /// <summary>Memory of more than this many times the need counts as unused.</summary>
    public const int Slack = 4;

    /// <summary>After this many runs in a row with unused memory it is given back.</summary>
    public const int Patience = 16;

    /// <summary>Less memory than this, in bytes, is not worth giving back.</summary>
    public const long WorthTrimming = 1 << 20;

    private readonly int[][] _sizes;
    private readonly long[] _dims;
    private readonly Storage?[] _storages;
    private int _idleRuns;

    /// <param name="sizes">For each slot the places of its sizes in <paramref name="dims"/>.</param>
    /// <param name="dims">The frame's values of the <see cref="DimTable"/>.</param>
    public SlotMemory(int[][] sizes, long[] dims)
    {
        _sizes = sizes;
        _dims = dims;
        _storages = new Storage?[sizes.Length];
    }

    /// <summary>Bytes that are held now.</summary>
    public long Capacity { get; private set; }

    /// <summary>A slot's memory, of at least this many bytes; what it held before is dead.</summary>
    public Storage Take(int slot, long bytes)
    {
        if (_storages[slot] is { } storage && storage.Length >= bytes)
            return storage;
        return Grow(slot, bytes);
    }

    /// <summary>Whether a storage is a slot's.</summary>
    public bool Holds(int slot, Storage storage) => ReferenceEquals(_storages[slot], storage);

    /// <summary>Ends a run: gives memory back that has been unused for long.</summary>
    /// <returns>Bytes that the plan needed at the run's sizes.</returns>
    public long EndRun()
    {
        long planned = 0;
        for (int slot = 0; slot < _sizes.Length; slot++)
            planned += NeedOf(slot);
        if (Capacity > WorthTrimming && Capacity / Slack > planned)
        {
            if (++_idleRuns >= Patience)
                Trim();
        }
        else
        {
            _idleRuns = 0;
        }

        return planned;
    }

    private void Trim()
    {
        _idleRuns = 0;
        for (int slot = 0; slot < _storages.Length; slot++)
        {
            if (_storages[slot] is { } storage && storage.Length / Slack > NeedOf(slot))
            {
                Capacity -= storage.Length;
                _storages[slot] = null;
            }
        }
    }

    private Storage Grow(int slot, long bytes)
    {
        // Sizes that depend on data may not be known yet: they count as in the run before, and the slot grows again if they are larger.
        var storage = Storage.Allocate(Math.Max(bytes, NeedOf(slot)));
        Capacity += storage.Length - (_storages[slot]?.Length ?? 0);
        _storages[slot] = storage;
        return storage;
    }

    private long NeedOf(int slot)
    {
        long need = 0;
        foreach (int place in _sizes[slot])
            need = Math.Max(need, _dims[place]);
        return need;
    }
}
