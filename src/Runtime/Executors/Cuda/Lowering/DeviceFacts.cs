using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>What lowerings need to know of the device that a graph will run on.</summary>
/// <param name="Architecture">Such as <c>sm_90a</c>.</param>
/// <param name="Multiprocessors">How many multiprocessors it has.</param>
/// <param name="SharedMemoryPerBlock">Its shared memory of a block in bytes.</param>
/// <param name="AllowTf32">Whether float32 products may round their operands to TF32.</param>
internal sealed record DeviceFacts(string Architecture, int Multiprocessors, int SharedMemoryPerBlock, bool AllowTf32)
{
    /// <summary>An H200, for looking at how a graph would run where there is no device.</summary>
    public static DeviceFacts Typical { get; } = new("sm_90a", 132, 232448, AllowTf32: false);

    /// <summary>A device's.</summary>
    public static DeviceFacts Of(DeviceProperties device, CudaOptions options) => new(device.Architecture, device.Multiprocessors, device.SharedMemoryPerBlock, options.AllowTf32);
}
