using System.Runtime.CompilerServices;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Products;

/// <summary>cuBLASLt on one device, with the algorithms chosen so far. It lives as long as the device's object. Thread-safe.</summary>
internal sealed unsafe class ProductLibrary
{
    /// <summary>What every run must bring: the size that NVIDIA recommends for Hopper.</summary>
    public const int WorkspaceBytes = 32 << 20;

    private static readonly ConditionalWeakTable<CudaDevice, ProductLibrary> Open = [];

    private ProductLibrary(CudaDevice device)
    {
        CudaLibraries.Require(CudaLibraries.CublasLt);
        device.MakeCurrent();
        nint handle;
        CublasLt.Check(device, CublasLt.Create(&handle), "cublasLtCreate");
        Device = device;
        Handle = handle;
        Algorithms = new(this, tuning: null);
        TunedAlgorithms = new(this, new ProductTuning(this));
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>The cublasLtHandle_t. It is not given back: the device's context takes it along.</summary>
    public nint Handle { get; }

    /// <summary>Algorithms as the library's heuristics rank them.</summary>
    public ProductAlgorithms Algorithms { get; }

    /// <summary>Algorithms that were the fastest of several when they were first needed.</summary>
    public ProductAlgorithms TunedAlgorithms { get; }

    /// <summary>The library on a device.</summary>
    /// <exception cref="CudaUnavailableException">There is no cuBLASLt.</exception>
    public static ProductLibrary Of(CudaDevice device)
    {
        lock (Open)
            return Open.GetValue(device, static device => new(device));
    }
}
