using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>What lowerings need to know of the device that a graph will run on.</summary>
/// <param name="Architecture">Such as <c>sm_90a</c>.</param>
/// <param name="Multiprocessors">How many multiprocessors it has.</param>
/// <param name="SharedMemoryPerBlock">Its shared memory of a block in bytes.</param>
/// <param name="AllowTf32">Whether float32 products may round their operands to TF32.</param>
internal sealed record DeviceFacts(string Architecture, int Multiprocessors, int SharedMemoryPerBlock, bool AllowTf32)
{
    /// <summary>Why operators over several ranks run on the host, or null where devices communicate.</summary>
    public string? WhyNoCommunication { get; init; }

    /// <summary>An H200, for looking at how a graph would run where there is no device.</summary>
    public static DeviceFacts Typical { get; } = new("sm_90a", 132, 232448, AllowTf32: false);

    /// <summary>A device's.</summary>
    /// <param name="device">The device.</param>
    /// <param name="ranks">How many ranks share the graph.</param>
    /// <param name="options">How it runs.</param>
    public static DeviceFacts Of(DeviceProperties device, int ranks, CudaOptions options) =>
        new(device.Architecture, device.Multiprocessors, device.SharedMemoryPerBlock, options.AllowTf32) { WhyNoCommunication = WhyNot(ranks, options) };

    private static string? WhyNot(int ranks, CudaOptions options) => options.Communication switch
    {
        DeviceCommunication.Host => "CudaOptions.Communication is Host",
        DeviceCommunication.Automatic when CudaDevice.Count < ranks =>
            $"this process sees {CudaDevice.Count} device{(CudaDevice.Count == 1 ? "" : "s")} for {ranks} ranks; where ranks are processes with a device each, set CudaOptions.Communication = Device",
        _ => null,
    };
}
