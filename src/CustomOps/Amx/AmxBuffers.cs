using System.Collections.Concurrent;

namespace Evergraph.CustomOps.Amx;

/// <summary>Packed rows between calls: a layer needs as many in every call, and all layers of a model take turns.</summary>
internal static unsafe class AmxBuffers
{
    private static readonly ConcurrentQueue<AmxBuffer> AtRest = new();

    /// <summary>Memory for one call, given back when disposed. As many are kept as the cores can use at once.</summary>
    public static Rented Rent(long bytes)
    {
        while (AtRest.TryDequeue(out var buffer))
        {
            if (buffer.Length >= bytes)
                return new(buffer);
            buffer.Free();
        }

        return new(new(bytes));
    }

    /// <summary>A buffer in use.</summary>
    public readonly struct Rented(AmxBuffer buffer) : IDisposable
    {
        /// <summary>The first byte.</summary>
        public byte* Pointer => buffer.Pointer;

        /// <inheritdoc/>
        public void Dispose()
        {
            if (AtRest.Count < Environment.ProcessorCount)
                AtRest.Enqueue(buffer);
            else
                buffer.Free();
        }
    }
}
