using System.Globalization;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>What this machine must have before a device can be opened.</summary>
internal static unsafe class CudaRequirements
{
    /// <summary>The oldest driver that takes the kernels, as the driver tells it: 1000 · major + 10 · minor.</summary>
    public const int MinimumDriverVersion = 12000;

    private static readonly Lazy<(string? Problem, int Devices)> Here = new(Probe, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>What is missing, or null. The driver is started at the first question.</summary>
    public static string? Problem => Here.Value.Problem;

    /// <summary>How many devices there are.</summary>
    public static int Devices => Here.Value.Devices;

    /// <summary>Throws where a device cannot be used.</summary>
    /// <param name="ordinal">The device's number, from 0.</param>
    /// <exception cref="CudaUnavailableException">CUDA cannot be used here, or there is no such device.</exception>
    public static void Require(int ordinal)
    {
        if (Problem is { } problem)
            throw new CudaUnavailableException(problem);
        if (ordinal < 0 || ordinal >= Devices)
        {
            throw new CudaUnavailableException(string.Create(
                CultureInfo.InvariantCulture, $"there is no device {ordinal}: expected a number from 0 to {Devices - 1}; CUDA_VISIBLE_DEVICES says which are seen"));
        }
    }

    /// <summary>The error for a driver that is too old, or null.</summary>
    public static string? WhyTooOld(int version) => version >= MinimumDriverVersion
        ? null
        : $"NVIDIA's driver is too old: expected one for CUDA {Describe(MinimumDriverVersion)} or later, given one for CUDA {Describe(version)}; update the driver";

    /// <summary>The error where the driver does not start, or null.</summary>
    /// <param name="code">What <c>cuInit</c> returned.</param>
    /// <param name="name">Its name.</param>
    /// <param name="text">What the driver says about it.</param>
    public static string? WhyNotStarted(int code, string name, string text) => code switch
    {
        DriverStatus.Success => null,
        DriverStatus.NoDevice => NoDevice,
        _ => string.Create(CultureInfo.InvariantCulture, $"NVIDIA's driver does not start: cuInit: {name} ({code}): {text}; nvidia-smi may say more"),
    };

    /// <summary>The error where there is no device to be seen.</summary>
    public const string NoDevice =
        "the driver sees no device: expected at least 1; check nvidia-smi and CUDA_VISIBLE_DEVICES, and that a container was given its GPUs";

    private static (string? Problem, int Devices) Probe()
    {
        using var phase = Telemetry.Phase("evergraph.cuda.driver");
        if (CudaLibraries.WhyMissing(CudaLibraries.Driver) is { } missing)
            return (missing, 0);
        int version;
        DriverStatus.Check(Driver.DriverGetVersion(&version), "cuDriverGetVersion");
        if (WhyTooOld(version) is { } old)
            return (old, 0);
        int code = Driver.Init(0);
        if (code != DriverStatus.Success)
            return (WhyNotStarted(code, DriverStatus.Name(code), DriverStatus.Text(code)), 0);
        int devices;
        DriverStatus.Check(Driver.DeviceGetCount(&devices), "cuDeviceGetCount");
        return (devices == 0 ? NoDevice : null, devices);
    }

    private static string Describe(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");
}
