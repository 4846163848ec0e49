using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Communication;

/// <summary>The block of a rank's memory that other ranks read and write.</summary>
internal sealed unsafe class SymmetricMemory : IDisposable
{
    private readonly DeviceMemory _memory;

    /// <summary>Allocates.</summary>
    /// <param name="device">Where.</param>
    /// <param name="bufferBytes">How much each buffer must hold.</param>
    /// <exception cref="CudaOutOfMemoryException">There is not so much.</exception>
    public SymmetricMemory(CudaDevice device, long bufferBytes)
    {
        BufferBytes = Alignment.Up(bufferBytes, SymmetricLayout.BufferAlignment);
        _memory = DeviceMemory.Allocate(device, SymmetricLayout.BuffersAt + (SymmetricLayout.Buffers * BufferBytes));
    }

    /// <summary>Where it begins.</summary>
    public nint Address => _memory.Address;

    /// <summary>How large each buffer is.</summary>
    public long BufferBytes { get; }

    /// <summary>Where a buffer begins, counted from <see cref="Address"/>.</summary>
    public long BufferAt(int buffer) => SymmetricLayout.BuffersAt + (buffer * BufferBytes);

    /// <summary>Asks the driver for a handle with which other processes open the block.</summary>
    /// <returns>False where this driver gives none, as on some systems; ranks of one process need none.</returns>
    public bool TryExport(out IpcHandle handle)
    {
        IpcHandle made;
        _memory.Device.MakeCurrent();
        bool exported = Driver.IpcGetMemHandle(&made, Address) == DriverStatus.Success;
        handle = exported ? made : default;
        return exported;
    }

    /// <summary>Makes all flags, the epoch and the rest of the head zero.</summary>
    public void Clear(CudaStream stream) => stream.Fill(Address, 0, SymmetricLayout.BuffersAt);

    public void Dispose() => _memory.Dispose();
}
