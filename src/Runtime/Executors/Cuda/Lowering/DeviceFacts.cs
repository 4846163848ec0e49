using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>
/// What plans need to know of the device that a graph will run on. The driver is asked at the first question: it may still be starting, and what
/// does not depend on it is planned meanwhile.
/// </summary>
internal sealed class DeviceFacts
{
    private readonly Lazy<DeviceProperties> _properties;
    private readonly Lazy<string?> _whyNoCommunication;

    private DeviceFacts(Func<DeviceProperties> properties, bool allowTf32, bool packSums, Func<string?> whyNoCommunication)
    {
        _properties = new(properties);
        _whyNoCommunication = new(whyNoCommunication);
        (AllowTf32, PackSums) = (allowTf32, packSums);
    }

    /// <summary>An H200, for looking at how a graph would run where there is no device.</summary>
    public static DeviceFacts Typical { get; } = new(() => new("NVIDIA H200", 9, 0, 132, 232448), allowTf32: false, packSums: true, () => null);

    /// <summary>What the driver tells of it.</summary>
    /// <exception cref="CudaUnavailableException">CUDA cannot be used here, or there is no such device.</exception>
    public DeviceProperties Properties => _properties.Value;

    /// <summary>Whether float32 products may round their operands to TF32.</summary>
    public bool AllowTf32 { get; }

    /// <summary>Whether partial sums of W8A8 layers may travel packed.</summary>
    public bool PackSums { get; }

    /// <summary>Why operators over several ranks run on the host, or null where devices communicate.</summary>
    public string? WhyNoCommunication => _whyNoCommunication.Value;

    /// <summary>A device's.</summary>
    /// <param name="ranks">How many ranks share the graph.</param>
    /// <param name="options">On which device it runs, and how.</param>
    public static DeviceFacts Of(int ranks, CudaOptions options) => new(() => DeviceProperties.Of(options.Device), options.AllowTf32, options.PackSums, () => WhyNot(ranks, options));

    private static string? WhyNot(int ranks, CudaOptions options) => options.Communication switch
    {
        _ when ranks == 1 => "the graph is compiled for one rank: CompileOptions.TensorParallel is 1",
        DeviceCommunication.Host => "CudaOptions.Communication is Host",
        DeviceCommunication.Automatic when CudaDevice.Count < ranks =>
            $"this process sees {CudaDevice.Count} device{(CudaDevice.Count == 1 ? "" : "s")} for {ranks} ranks; where ranks are processes with a device each, set CudaOptions.Communication = Device",
        _ => null,
    };
}
