using System.Numerics;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>A device's memory under one or more tensors. What is no longer reachable goes back to the device's pool.</summary>
/// <remarks>
/// The pool gives nothing back to the driver before memory is short. Freeing waits for the work on the device, and keeps other threads out of the
/// driver meanwhile (seen with 580.159 on H200): where that work waits for another rank, whose host cannot enqueue its part, neither goes on.
/// </remarks>
internal sealed class DeviceBlock : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<CudaDevice, List<Piece>> Free = [];

    // What blocks hold is reachable from here, so that a block's finalizer finds it alive: what becomes unreachable together is finalized together.
    private static readonly HashSet<Piece> Lent = [];

    private Piece? _piece;

    private DeviceBlock(CudaDevice device, Piece piece)
    {
        Device = device;
        _piece = piece;
    }

    ~DeviceBlock() => Dispose();

    public CudaDevice Device { get; }

    /// <summary>Where it begins.</summary>
    public nint Address => Held.Memory.Address;

    private Piece Held => Volatile.Read(ref _piece) ?? throw new ObjectDisposedException(nameof(DeviceTensor));

    /// <summary>Takes a block of at least so many bytes; asking the driver each time would wait for all work on the device.</summary>
    public static DeviceBlock Rent(CudaDevice device, long bytes)
    {
        long size = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(bytes, 512));
        lock (Gate)
        {
            if (Free.TryGetValue(device, out var free) && free.FindIndex(block => block.Memory.Bytes == size) is >= 0 and var at)
            {
                var piece = free[at];
                free.RemoveAt(at);
                Lent.Add(piece);
                return new(device, piece);
            }
        }

        var made = new Piece(Allocate(device, size));
        lock (Gate)
            Lent.Add(made);
        return new(device, made);
    }

    /// <summary>Allocates memory; where there is not enough, what is kept for later blocks is given up for it.</summary>
    /// <exception cref="CudaOutOfMemoryException">There is not so much even so.</exception>
    public static DeviceMemory Allocate(CudaDevice device, long bytes)
    {
        try
        {
            return DeviceMemory.Allocate(device, bytes);
        }
        catch (CudaOutOfMemoryException) when (GiveUpKept(device))
        {
            return DeviceMemory.Allocate(device, bytes);
        }
    }

    /// <summary>
    /// Lets a stream wait for what was last done with the block on any stream, by this tensor or by one that had the memory before. Call
    /// <see cref="UsedUntil"/> when the stream's own use is enqueued.
    /// </summary>
    public void Await(CudaStream stream)
    {
        if (Held.LastUse is { } lastUse)
            stream.Wait(lastUse);
    }

    /// <summary>Says when a stream is done with the block: an event that is recorded after its use.</summary>
    public void UsedUntil(CudaEvent recorded) => Held.LastUse = recorded;

    /// <summary>Fails where the block is another device's.</summary>
    public void CheckDevice(CudaDevice device, string input)
    {
        if (!ReferenceEquals(device, Device))
            throw new CallException($"input {input} lies in {this}: expected it on {device}, where the graph runs, or on the host; copy it to the host first");
    }

    /// <summary>Gives the memory back. Streams of the device may still use it: who has it next waits for that.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _piece, null) is not { } piece)
            return;
        GC.SuppressFinalize(this);
        lock (Gate)
        {
            Lent.Remove(piece);
            if (Device.IsLost)
            {
                Free.Remove(Device);
            }
            else
            {
                if (!Free.TryGetValue(Device, out var free))
                    Free.Add(Device, free = []);
                free.Add(piece);
            }
        }
    }

    public override string ToString() => $"the memory of {Device}";

    /// <summary>Gives the blocks that nobody has back to the driver, which waits for the work on the device; returns whether there were any.</summary>
    private static bool GiveUpKept(CudaDevice device)
    {
        List<Piece>? kept;
        lock (Gate)
            Free.Remove(device, out kept);
        foreach (var piece in kept ?? [])
            piece.Memory.Dispose();
        return kept is { Count: > 0 };
    }

    /// <summary>Memory, and an event that is recorded after what was last done with it.</summary>
    private sealed class Piece(DeviceMemory memory)
    {
        private volatile CudaEvent? _lastUse;

        public DeviceMemory Memory { get; } = memory;

        public CudaEvent? LastUse
        {
            get => _lastUse;
            set => _lastUse = value;
        }
    }
}
