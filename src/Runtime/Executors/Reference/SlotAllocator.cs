using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// Gives the kernel of the node that is running the planned memory of its results: to the first request of exactly a
/// result's bytes. Every other request, a kernel's scratch included, gets new memory.
/// </summary>
/// <remarks>A request is only guessed to be for a result; <see cref="Frame"/> looks at where each result really lies.</remarks>
internal sealed class SlotAllocator(SlotMemory slots, long[] dims) : TensorAllocator
{
    private ResultPlan[]? _results;
    private ulong _given;

    /// <summary>Begins a node; null for one without planned results.</summary>
    public void Begin(ResultPlan[]? results)
    {
        _results = results;
        _given = 0;
    }

    /// <inheritdoc/>
    public override Storage Allocate(long bytes)
    {
        if (_results is { } results)
        {
            // A node with more results than bits is legal; its later results get new memory.
            for (int i = 0; i < results.Length && i < 64; i++)
            {
                if (results[i].Slot != BufferPlan.NoSlot && (_given & (1UL << i)) == 0 && dims[results[i].Bytes] == bytes)
                {
                    _given |= 1UL << i;
                    return slots.Take(results[i].Slot, bytes);
                }
            }
        }

        return Storage.Allocate(bytes);
    }

    /// <summary>Whether memory was planned for a result of the running node other than this one.</summary>
    public bool BelongsToAnother(int result, Storage storage)
    {
        for (int i = 0; _given != 0 && i < _results!.Length && i < 64; i++)
        {
            if (i != result && (_given & (1UL << i)) != 0 && slots.Holds(_results[i].Slot, storage))
                return true;
        }

        return false;
    }
}
