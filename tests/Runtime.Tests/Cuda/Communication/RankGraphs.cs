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

    /// <summary>Holds a graph on devices against the reference at each size, and once more on the way back.</summary>
    /// <param name="text">The graph.</param>
    /// <param name="ranks">Over how many ranks.</param>
    /// <param name="sizes">The sizes.</param>
    /// <param name="inputs">The inputs of a size on a rank.</param>
    /// <param name="options">How the graph is compiled for devices.</param>
    /// <param name="what">What it is about, for errors.</param>
    public static void Compare(string text, int ranks, IReadOnlyList<int> sizes, Func<int, int, Tensor[]> inputs, CudaOptions? options = null, string what = "graph")
    {
        Require(ranks);
        using var devices = OnDevices(text, ranks, (options ?? new()) with { CalibrateFlashComm = false });
        using var host = OnHost(text, ranks);
        foreach (int n in sizes.Concat(sizes.Reverse()))
        {
            var given = Run(devices, rank => inputs(n, rank));
            var expected = Run(host, rank => inputs(n, rank));
            for (int rank = 0; rank < ranks; rank++)
                CudaGraphs.AssertAgree(expected[rank], given[rank], $"{what}, size {n}, rank {rank}");
        }
    }

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
