using System.Runtime.InteropServices;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>
/// Something that lives in a device's context. It is freed in that context on whatever thread does it, the finalizer's too, and without
/// throwing; after the device was lost there is nothing left to free, and its address may already be another's.
/// </summary>
internal abstract class CudaHandle : SafeHandle
{
    private protected CudaHandle(CudaDevice device, nint created)
        : base(0, ownsHandle: true)
    {
        Device = device;
        SetHandle(created);
    }

    /// <summary>Where it lives.</summary>
    public CudaDevice Device { get; }

    /// <inheritdoc/>
    public sealed override bool IsInvalid => handle == 0;

    /// <summary>The driver's handle; after it was freed it may be another's.</summary>
    /// <exception cref="ObjectDisposedException">It was freed.</exception>
    private protected nint Native
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <summary>Frees it; the context is current.</summary>
    /// <returns>What the driver returned.</returns>
    private protected abstract int Free(nint freed);

    /// <inheritdoc/>
    protected sealed override bool ReleaseHandle() => !Device.TryMakeCurrent() || Free(handle) == DriverStatus.Success;
}
