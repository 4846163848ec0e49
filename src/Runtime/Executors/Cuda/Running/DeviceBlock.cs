using System.Numerics;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>A device's memory under one or more tensors. What is no longer reachable goes back to the device's pool.</summary>
internal sealed class DeviceBlock
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<CudaDevice, List<DeviceMemory>> Free = [];

    // Of one size and device; more are given back to the driver.
    private const int MostKept = 4;

    private DeviceMemory? _memory;

    private DeviceBlock(CudaDevice device, DeviceMemory memory)
    {
        Device = device;
        _memory = memory;
    }

    ~DeviceBlock() => Release();

    public CudaDevice Device { get; }

    /// <summary>Where it begins.</summary>
    public nint Address => (_memory ?? throw new ObjectDisposedException(nameof(DeviceTensor))).Address;

    /// <summary>Work that must be done before the block is read from another stream or the host; null where there is none.</summary>
    public CudaEvent? Ready { get; set; }

    /// <summary>Takes a block of at least so many bytes; asking the driver each time would wait for all work on the device.</summary>
    public static DeviceBlock Rent(CudaDevice device, long bytes)
    {
        long size = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(bytes, 512));
        lock (Gate)
        {
            if (Free.TryGetValue(device, out var free) && free.FindIndex(block => block.Bytes == size) is >= 0 and var at)
            {
                var memory = free[at];
                free.RemoveAt(at);
                return new(device, memory);
            }
        }

        return new(device, DeviceMemory.Allocate(device, size));
    }

    /// <summary>Fails where the block is another device's.</summary>
    public void CheckDevice(CudaDevice device, string input)
    {
        if (!ReferenceEquals(device, Device))
            throw new CallException($"input {input} lies in {this}: expected it on {device}, where the graph runs, or on the host; copy it to the host first");
    }

    /// <summary>Gives the memory back. Streams of the device may still read it: what is written into it next is enqueued after that.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _memory, null) is not { } memory)
            return;
        GC.SuppressFinalize(this);
        lock (Gate)
        {
            if (!Free.TryGetValue(Device, out var free))
                Free.Add(Device, free = []);
            if (!Device.IsLost && free.Count(block => block.Bytes == memory.Bytes) < MostKept)
            {
                free.Add(memory);
                return;
            }
        }

        memory.Dispose();
    }

    public override string ToString() => $"the memory of {Device}";
}
