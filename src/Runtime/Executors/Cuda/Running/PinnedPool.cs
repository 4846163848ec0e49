using System.Numerics;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>
/// Blocks of page-locked memory for copies to and from a device; allocating one takes milliseconds, and freeing one waits for the device, which may
/// wait for another rank: see <see cref="DeviceBlock"/>. So as many are kept as were in use at once. Thread-safe.
/// </summary>
internal sealed class PinnedPool(CudaDevice device) : IDisposable
{
    private const long Smallest = 1 << 16;

    private readonly Lock _gate = new();
    private readonly List<PinnedMemory> _free = [];
    private int _made;

    /// <summary>How many blocks were allocated.</summary>
    public int Made => Volatile.Read(ref _made);

    /// <summary>A block of at least so many bytes; give it back with <see cref="Return"/>.</summary>
    public PinnedMemory Rent(long bytes)
    {
        lock (_gate)
        {
            int best = -1;
            for (int i = 0; i < _free.Count; i++)
            {
                if (_free[i].Bytes >= bytes && (best < 0 || _free[i].Bytes < _free[best].Bytes))
                    best = i;
            }

            if (best >= 0)
            {
                var block = _free[best];
                _free.RemoveAt(best);
                return block;
            }
        }

        Interlocked.Increment(ref _made);
        return PinnedMemory.Allocate(device, (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(bytes, Smallest)));
    }

    /// <summary>Gives a block back; no copy may be under way.</summary>
    public void Return(PinnedMemory block)
    {
        lock (_gate)
            _free.Add(block);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var block in _free)
                block.Dispose();
            _free.Clear();
        }
    }
}
