using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda;

/// <summary>
/// Tests that use a device, one after the other: some end its context or want its memory for themselves. They run on a GPU, or on the
/// emulator where <c>EVERGRAPH_CUDA_PATH</c> names its folder, and skip with the reason elsewhere.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CudaTest
{
    public const string Name = "CUDA";

    /// <summary>The first device.</summary>
    internal static CudaDevice Device
    {
        get
        {
            Assert.SkipUnless(CudaDevice.WhyUnavailable() is null, CudaDevice.WhyUnavailable() ?? "");
            return CudaDevice.Open(0);
        }
    }

    /// <summary>The first device, where kernels can be compiled too.</summary>
    internal static CudaDevice CompilingDevice
    {
        get
        {
            RequireCompiler();
            return Device;
        }
    }

    internal static void RequireCompiler() => Assert.SkipUnless(NvrtcCompiler.WhyUnavailable() is null, NvrtcCompiler.WhyUnavailable() ?? "");

    /// <summary>A kernel without options.</summary>
    internal static KernelSource Source(string name, string text) => new(name, text, []);
}
