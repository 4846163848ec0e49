using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>A mark in a stream's queue.</summary>
internal sealed unsafe class CudaEvent : CudaHandle
{
    private CudaEvent(CudaDevice device, nint created)
        : base(device, created)
    {
    }

    /// <summary>The CUevent.</summary>
    public nint Handle => Native;

    /// <summary>Makes an event.</summary>
    /// <param name="device">Whose streams record it.</param>
    /// <param name="timing">Whether it keeps the time, which costs a little.</param>
    public static CudaEvent Create(CudaDevice device, bool timing)
    {
        device.MakeCurrent();
        nint created;
        device.Check(Driver.EventCreate(&created, timing ? 0 : DriverValues.EventDisableTiming), "cuEventCreate");
        return new(device, created);
    }

    /// <summary>Whether the marked work is done; true where nothing was marked. Errors of kernels come out here.</summary>
    public bool IsPassed
    {
        get
        {
            Device.MakeCurrent();
            int code = Driver.EventQuery(Native);
            GC.KeepAlive(this);
            if (code == DriverStatus.NotReady)
                return false;
            Device.Check(code, "cuEventQuery");
            return true;
        }
    }

    /// <summary>Waits until the marked work is done. Errors of kernels come out here.</summary>
    public void Synchronize()
    {
        Device.MakeCurrent();
        Device.Check(Driver.EventSynchronize(Native), "cuEventSynchronize");
        GC.KeepAlive(this);
    }

    /// <summary>The time between two marks, to half a microsecond. Both were made with timing, recorded, and are passed: synchronize before.</summary>
    /// <exception cref="CudaException">One was not.</exception>
    public static float Milliseconds(CudaEvent from, CudaEvent to)
    {
        from.Device.MakeCurrent();
        float milliseconds;
        from.Device.Check(Driver.EventElapsedTime(&milliseconds, from.Handle, to.Handle), "cuEventElapsedTime");
        GC.KeepAlive(from);
        GC.KeepAlive(to);
        return milliseconds;
    }

    private protected override int Free(nint freed) => Driver.EventDestroy(freed);
}
