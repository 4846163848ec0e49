using System.Globalization;
using System.Runtime.InteropServices;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>What the driver tells of a device before there is a context on it, which takes a tenth of a second and more to make.</summary>
/// <param name="Name">Its product name, such as <c>NVIDIA H200</c>.</param>
/// <param name="Major">The first number of its compute capability.</param>
/// <param name="Minor">The second number of its compute capability.</param>
/// <param name="Multiprocessors">How many multiprocessors it has.</param>
/// <param name="SharedMemoryPerBlock">The most shared memory that a block can have when it asks, in bytes.</param>
internal sealed unsafe record DeviceProperties(string Name, int Major, int Minor, int Multiprocessors, int SharedMemoryPerBlock)
{
    /// <summary>What kernels are compiled for: <c>sm_80</c>; <c>sm_90a</c> and the like from 9.0 on, where the <c>a</c> allows what only this generation has.</summary>
    public string Architecture => string.Create(CultureInfo.InvariantCulture, $"sm_{Major}{Minor}{(Major >= 9 ? "a" : "")}");

    /// <summary>Asks the driver, which is started where it is not yet.</summary>
    /// <param name="ordinal">The device's number, from 0.</param>
    /// <exception cref="CudaUnavailableException">CUDA cannot be used here, or there is no such device.</exception>
    public static DeviceProperties Of(int ordinal)
    {
        CudaRequirements.Require(ordinal);
        int device;
        DriverStatus.Check(Driver.DeviceGet(&device, ordinal), "cuDeviceGet");
        return new(
            ReadName(device), Attribute(device, DriverValues.ComputeCapabilityMajor), Attribute(device, DriverValues.ComputeCapabilityMinor),
            Attribute(device, DriverValues.MultiprocessorCount), Attribute(device, DriverValues.MaxSharedMemoryPerBlockOptIn));
    }

    private static int Attribute(int device, int attribute)
    {
        int value;
        DriverStatus.Check(Driver.DeviceGetAttribute(&value, attribute, device), "cuDeviceGetAttribute");
        return value;
    }

    private static string ReadName(int device)
    {
        const int length = 256;
        byte* text = stackalloc byte[length];
        DriverStatus.Check(Driver.DeviceGetName(text, length, device), "cuDeviceGetName");
        return Marshal.PtrToStringUTF8((nint)text) ?? "";
    }
}
