using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>
/// A GPU with its primary context, which the process keeps until it ends. There is one object for each device until the device is lost;
/// then all that was made with the old object is invalid, and <see cref="Open"/> makes a new one. Thread-safe.
/// </summary>
internal sealed unsafe class CudaDevice
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<int, CudaDevice> Opened = [];

    /// <summary>The device whose context is this thread's: asking the driver costs ten times as much.</summary>
    [ThreadStatic]
    private static CudaDevice? _current;

    private readonly int _device;
    private readonly nint _context;
    private volatile CudaDeviceLostException? _lost;

    private CudaDevice(int ordinal)
    {
        Ordinal = ordinal;
        int device;
        DriverStatus.Check(Driver.DeviceGet(&device, ordinal), "cuDeviceGet");
        _device = device;
        Properties = DeviceProperties.Of(ordinal);
        nuint total;
        Check(Driver.DeviceTotalMem(&total, device), "cuDeviceTotalMem");
        TotalBytes = (long)total;
        int version;
        Check(Driver.DriverGetVersion(&version), "cuDriverGetVersion");
        DriverVersion = version;
        Guid uuid;
        Check(Driver.DeviceGetUuid(&uuid, device), "cuDeviceGetUuid");
        Uuid = uuid;
        nint context;
        Check(Driver.DevicePrimaryCtxRetain(&context, device), "cuDevicePrimaryCtxRetain");
        _context = context;
    }

    /// <summary>Its number, from 0.</summary>
    public int Ordinal { get; }

    /// <summary>What the driver tells of it.</summary>
    public DeviceProperties Properties { get; }

    /// <summary>What no other device has, in no other process or machine either.</summary>
    public Guid Uuid { get; }

    /// <summary>The CUcontext.</summary>
    public nint Context => _context;

    /// <inheritdoc cref="DeviceProperties.Name"/>
    public string Name => Properties.Name;

    /// <inheritdoc cref="DeviceProperties.Major"/>
    public int Major => Properties.Major;

    /// <inheritdoc cref="DeviceProperties.Minor"/>
    public int Minor => Properties.Minor;

    /// <summary>Whether kernels for compute capability 9.0a run on it: products of warpgroups, and TMA where the driver has it.</summary>
    public bool HasWarpgroupProducts => this is { Major: 9, Minor: 0 };

    /// <inheritdoc cref="DeviceProperties.Architecture"/>
    public string Architecture => Properties.Architecture;

    /// <inheritdoc cref="DeviceProperties.Multiprocessors"/>
    public int Multiprocessors => Properties.Multiprocessors;

    /// <inheritdoc cref="DeviceProperties.SharedMemoryPerBlock"/>
    public int SharedMemoryPerBlock => Properties.SharedMemoryPerBlock;

    /// <summary>Its memory in bytes.</summary>
    public long TotalBytes { get; }

    /// <summary>The newest CUDA that the driver knows: 1000 · major + 10 · minor.</summary>
    public int DriverVersion { get; }

    /// <summary>Whether its context is gone. Nothing made with this object can be used then; what is freed needs no freeing.</summary>
    public bool IsLost => _lost is not null;

    /// <summary>Why CUDA cannot be used on this machine, as a sentence, or null where it can.</summary>
    public static string? WhyUnavailable() => CudaRequirements.Problem is { } problem ? new CudaUnavailableException(problem).Message : null;

    /// <summary>How many devices there are; 0 where CUDA cannot be used.</summary>
    public static int Count => CudaRequirements.Devices;

    /// <summary>
    /// Opens a device, or gives the one that is open. Where that was lost, its primary context is destroyed and made anew: memory, streams,
    /// events, graphs and modules of the old object, and of everyone else in the process who uses this device, are invalid from then on.
    /// </summary>
    /// <param name="ordinal">The device's number, from 0.</param>
    /// <exception cref="CudaUnavailableException">CUDA cannot be used here, or there is no such device.</exception>
    /// <exception cref="CudaDeviceLostException">The driver cannot make the context of a lost device anew in this process.</exception>
    public static CudaDevice Open(int ordinal)
    {
        CudaRequirements.Require(ordinal);
        lock (Gate)
        {
            if (Opened.TryGetValue(ordinal, out var open))
            {
                if (!open.IsLost)
                    return open;
                open.DestroyContext();
            }

            using var phase = Telemetry.Phase("evergraph.cuda.context");
            var device = new CudaDevice(ordinal);
            device.MakeCurrent();
            // A context that the driver could not make anew answers its first question with the old error.
            _ = device.Memory();
            Opened[ordinal] = device;
            return device;
        }
    }

    /// <summary>Makes the context this thread's; nothing is asked of the driver when it is already.</summary>
    /// <exception cref="CudaDeviceLostException">The device was lost.</exception>
    public void MakeCurrent()
    {
        if (_lost is not null)
            ThrowLost();
        if (ReferenceEquals(_current, this))
            return;
        Check(Driver.CtxSetCurrent(_context), "cuCtxSetCurrent");
        _current = this;
    }

    /// <summary>Makes the context this thread's where there is still something to free in it. Never throws: finalizers call it.</summary>
    /// <returns>Whether there is.</returns>
    public bool TryMakeCurrent()
    {
        if (_lost is not null)
            return false;
        if (ReferenceEquals(_current, this))
            return true;
        if (Driver.CtxSetCurrent(_context) != DriverStatus.Success)
            return false;
        _current = this;
        return true;
    }

    /// <summary>The device's free bytes, now, and all its bytes.</summary>
    public (long Free, long Total) Memory()
    {
        MakeCurrent();
        nuint free, total;
        Check(Driver.MemGetInfo(&free, &total), "cuMemGetInfo");
        return ((long)free, (long)total);
    }

    /// <summary>Does nothing on success. Remembers when the device is lost.</summary>
    /// <param name="code">What a function returned.</param>
    /// <param name="function">The function.</param>
    /// <exception cref="CudaException">The call failed.</exception>
    public void Check(int code, string function)
    {
        if (code != DriverStatus.Success)
            throw Error(code, function);
    }

    /// <summary>The error of a call that failed. Remembers when the device is lost.</summary>
    /// <param name="code">What a function returned.</param>
    /// <param name="function">The function.</param>
    /// <param name="detail">What the call was about.</param>
    /// <param name="askedBytes">How much device memory it asked for, or null.</param>
    public CudaException Error(int code, string function, string? detail = null, long? askedBytes = null)
    {
        string name = DriverStatus.Name(code), text = DriverStatus.Text(code);
        if (DriverStatus.IsDeviceLost(code))
        {
            var lost = new CudaDeviceLostException(function, code, name, text, ToString());
            _lost ??= lost;
            return lost;
        }

        nuint free, total;
        return code == DriverStatus.OutOfMemory && TryMakeCurrent() && Driver.MemGetInfo(&free, &total) == DriverStatus.Success
            ? new CudaOutOfMemoryException(function, code, name, text, askedBytes, (long)free, (long)total, ToString())
            : new CudaException(function, code, name, text, detail);
    }

    /// <summary>The device in errors: <c>device 0 (NVIDIA H200)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"device {Ordinal} ({Name})");

    /// <summary>
    /// Gives the primary context back, destroyed. Releasing alone would leave it alive for other users in the process, still failing. Both calls
    /// may answer with the error that ended the context, so their answers say nothing: whether they did it shows when the new one is asked.
    /// </summary>
    private void DestroyContext()
    {
        _ = Driver.DevicePrimaryCtxReset(_device);
        _ = Driver.DevicePrimaryCtxRelease(_device);
    }

    [DoesNotReturn]
    private void ThrowLost()
    {
        var lost = _lost!;
        throw new CudaDeviceLostException(lost.Function, lost.Code, lost.CodeName, DriverStatus.Text(lost.Code), lost.Device);
    }
}
