using System.Globalization;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>Page-locked memory of the host: copies between it and a device run beside the host's own work.</summary>
internal sealed unsafe class PinnedMemory : CudaHandle
{
    private PinnedMemory(CudaDevice device, nint address, long bytes)
        : base(device, address)
    {
        Bytes = bytes;
    }

    /// <summary>Where it begins; 0 where it has no bytes.</summary>
    public nint Address => Native;

    /// <summary>How long it is.</summary>
    public long Bytes { get; }

    /// <summary>Allocates.</summary>
    /// <param name="device">In whose context it is freed; every device can use it.</param>
    /// <param name="bytes">How much; 0 is allowed.</param>
    /// <exception cref="CudaException">The host does not give so much.</exception>
    public static PinnedMemory Allocate(CudaDevice device, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        device.MakeCurrent();
        nint address = 0;
        int code = bytes == 0 ? DriverStatus.Success : Driver.MemHostAlloc(&address, (nuint)bytes, DriverValues.HostPortable);
        if (code == DriverStatus.OutOfMemory)
        {
            // The device's free bytes, which the device's own error tells, would mislead: it is the host that has none.
            throw new CudaException(
                "cuMemHostAlloc", code, DriverStatus.Name(code), DriverStatus.Text(code),
                string.Create(CultureInfo.InvariantCulture, $"asked for {bytes} bytes of the host's memory, page-locked; use smaller inputs, or allow the process more memory"));
        }

        device.Check(code, "cuMemHostAlloc");
        return new(device, address, bytes);
    }

    /// <summary>A part of it, valid as long as this object is not disposed.</summary>
    /// <param name="offset">Where the part begins, in bytes.</param>
    /// <param name="length">How long it is, in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not all inside.</exception>
    public Span<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Bytes - length);
        return new((void*)(Address + (nint)offset), length);
    }

    private protected override int Free(nint freed) => Driver.MemFreeHost(freed);
}
