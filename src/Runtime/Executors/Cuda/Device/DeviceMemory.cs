using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>A block of a device's memory. Freeing it waits for the work on the device.</summary>
internal sealed unsafe class DeviceMemory : CudaHandle
{
    private DeviceMemory(CudaDevice device, nint address, long bytes)
        : base(device, address)
    {
        Bytes = bytes;
    }

    /// <summary>Where it begins, aligned to 256 bytes; 0 where it has no bytes.</summary>
    public nint Address => Native;

    /// <summary>How long it is.</summary>
    public long Bytes { get; }

    /// <summary>Allocates.</summary>
    /// <param name="device">Whose memory.</param>
    /// <param name="bytes">How much; 0 is allowed.</param>
    /// <exception cref="CudaOutOfMemoryException">There is not so much.</exception>
    public static DeviceMemory Allocate(CudaDevice device, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        device.MakeCurrent();
        nint address = 0;
        int code = bytes == 0 ? DriverStatus.Success : Driver.MemAlloc(&address, (nuint)bytes);
        return code == DriverStatus.Success ? new(device, address, bytes) : throw device.Error(code, "cuMemAlloc", askedBytes: bytes);
    }

    private protected override int Free(nint freed) => Driver.MemFree(freed);
}
