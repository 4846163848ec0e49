using Evergraph.CustomOps.Kernels;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Tests.Cuda.Running;

namespace Evergraph.Runtime.Tests.Cuda.Communication;

/// <summary>Graphs of one operator over ranks, on devices and on the reference backend; each rank brings its own operands.</summary>
internal static class RankGraphs
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Skips a test where there are not so many devices.</summary>
    public static void Require(int devices)
    {
        _ = CudaTest.CompilingDevice;
        Assert.SkipUnless(CudaDevice.Count >= devices, $"{devices} devices are needed, and {CudaDevice.Count} are here; on the emulator EVERGRAPH_EMULATOR_DEVICES says how many");
    }

    public static CompiledGraph OnDevices(string text, int ranks, CudaOptions? options = null) => GraphCompiler.Compile(
        CudaGraphs.Parse(text), new() { Backend = Backend.Cuda, Passes = [], TensorParallel = ranks, Cuda = options ?? new() { CalibrateFlashComm = false } });

    public static CompiledGraph OnHost(string text, int ranks) => GraphCompiler.Compile(
        CudaGraphs.Parse(text), new() { Backend = Backend.Reference, Passes = [], TensorParallel = ranks });

    /// <summary>Runs every rank with its own inputs; each rank's results.</summary>
    public static Tensor[][] Run(CompiledGraph graph, Func<int, Tensor[]> inputsOf) =>
        RankThreads.Run(graph.Ranks, Timeout, group => graph.Run(inputsOf(group.Rank), group));

    /// <summary>Numbers from −1 to 1 of a floating type, or all integers of int8, the same for the same seed.</summary>
    public static Tensor Draw(DType type, int seed, params long[] sizes)
    {
        var numbers = CudaGraphs.Random(seed, sizes);
        if (type == DType.Int8)
        {
            foreach (ref float number in numbers.Span<float>())
                number = MathF.Round(number * 127);
        }

        return Casts.To(numbers, type);
    }
}
