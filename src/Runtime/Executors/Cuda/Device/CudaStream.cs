using System.Globalization;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>A queue of work on a device. The methods enqueue and return; nothing here allocates except at a failure.</summary>
internal sealed unsafe class CudaStream : CudaHandle
{
    private CudaStream(CudaDevice device, nint stream)
        : base(device, stream)
    {
    }

    /// <summary>The CUstream.</summary>
    public nint Handle => Native;

    /// <summary>Makes a stream that does not wait for the legacy default stream.</summary>
    public static CudaStream Create(CudaDevice device)
    {
        device.MakeCurrent();
        nint stream;
        device.Check(Driver.StreamCreate(&stream, DriverValues.StreamNonBlocking), "cuStreamCreate");
        return new(device, stream);
    }

    /// <summary>Copies from the host. From memory that is not page-locked the call may wait.</summary>
    public void CopyToDevice(nint device, nint host, long bytes)
    {
        if (!HasBytes(bytes))
            return;
        Check(Driver.MemcpyHtoDAsync(device, host, (nuint)bytes, Handle), "cuMemcpyHtoDAsync", bytes);
    }

    /// <summary>Copies to the host; there before <see cref="Synchronize"/> returns.</summary>
    public void CopyToHost(nint host, nint device, long bytes)
    {
        if (!HasBytes(bytes))
            return;
        Check(Driver.MemcpyDtoHAsync(host, device, (nuint)bytes, Handle), "cuMemcpyDtoHAsync", bytes);
    }

    /// <summary>Copies between two places of the device that do not overlap.</summary>
    public void CopyOnDevice(nint to, nint from, long bytes)
    {
        if (!HasBytes(bytes))
            return;
        Check(Driver.MemcpyDtoDAsync(to, from, (nuint)bytes, Handle), "cuMemcpyDtoDAsync", bytes);
    }

    /// <summary>Fills memory of the device with one value.</summary>
    public void Fill(nint to, byte value, long bytes)
    {
        if (!HasBytes(bytes))
            return;
        Check(Driver.MemsetD8Async(to, value, (nuint)bytes, Handle), "cuMemsetD8Async", bytes);
    }

    /// <summary>Marks this place in the queue.</summary>
    public void Record(CudaEvent marked)
    {
        Device.MakeCurrent();
        Device.Check(Driver.EventRecord(marked.Handle, Handle), "cuEventRecord");
        GC.KeepAlive(marked);
        GC.KeepAlive(this);
    }

    /// <summary>Lets what is enqueued from now on wait until the marked work is done.</summary>
    public void Wait(CudaEvent marked)
    {
        Device.MakeCurrent();
        Device.Check(Driver.StreamWaitEvent(Handle, marked.Handle, 0), "cuStreamWaitEvent");
        GC.KeepAlive(marked);
        GC.KeepAlive(this);
    }

    /// <summary>Waits until all is done. Errors of kernels come out here.</summary>
    public void Synchronize()
    {
        Device.MakeCurrent();
        Device.Check(Driver.StreamSynchronize(Handle), "cuStreamSynchronize");
        GC.KeepAlive(this);
    }

    /// <summary>Whether what is enqueued is recorded and not run.</summary>
    public bool IsCapturing
    {
        get
        {
            int capturing;
            Device.Check(Driver.StreamIsCapturing(Handle, &capturing), "cuStreamIsCapturing");
            return capturing != 0;
        }
    }

    /// <summary>
    /// From now on what this thread enqueues is recorded and not run, until <see cref="EndCapture"/>. Meanwhile this thread must not
    /// allocate, free or wait; other threads may.
    /// </summary>
    public void BeginCapture()
    {
        Device.MakeCurrent();
        Device.Check(Driver.StreamBeginCapture(Handle, DriverValues.CaptureThreadLocal), "cuStreamBeginCapture");
    }

    /// <summary>Ends the recording, also where it fails, and makes it launchable.</summary>
    /// <exception cref="CudaException">Something that was enqueued cannot be recorded.</exception>
    public CudaGraph EndCapture()
    {
        Device.MakeCurrent();
        nint graph = 0;
        Device.Check(Driver.StreamEndCapture(Handle, &graph), "cuStreamEndCapture");
        GC.KeepAlive(this);
        return CudaGraph.Instantiate(Device, graph);
    }

    /// <summary>Ends a recording that an error broke off, so that the stream runs again what it is given. Never throws: another error is on its way.</summary>
    public void AbandonCapture()
    {
        nint graph = 0;
        if (Device.TryMakeCurrent() && Driver.StreamEndCapture(Handle, &graph) == DriverStatus.Success && graph != 0)
            _ = Driver.GraphDestroy(graph);
        GC.KeepAlive(this);
    }

    private protected override int Free(nint freed) => Driver.StreamDestroy(freed);

    private bool HasBytes(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Device.MakeCurrent();
        return bytes > 0;
    }

    private void Check(int code, string function, long bytes)
    {
        if (code != DriverStatus.Success)
            throw Device.Error(code, function, string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"));
        GC.KeepAlive(this);
    }
}
