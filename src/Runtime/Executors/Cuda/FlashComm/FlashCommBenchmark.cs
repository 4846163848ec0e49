using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda;

/// <summary>A linear layer over ranks, to be measured.</summary>
/// <param name="IsRow">Whether its inputs are split; otherwise its outputs are.</param>
/// <param name="Inputs">K over all ranks.</param>
/// <param name="Outputs">N over all ranks.</param>
/// <param name="Type">The type of activations and results.</param>
/// <param name="IsQuantized">Whether it is W8A8.</param>
public sealed record FlashCommLayerSpec(bool IsRow, long Inputs, long Outputs, DType Type, bool IsQuantized);

/// <summary>What one layer took at one number of tokens, in microseconds; the slowest rank's median counts.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Tokens">Tokens over all ranks.</param>
/// <param name="Product">The product alone.</param>
/// <param name="Communication">NCCL's collective alone; the backend's own where there is no NCCL.</param>
/// <param name="OneAfterTheOther">cuBLASLt, then NCCL, or the other way round.</param>
/// <param name="Ways">Each way of the operator, the one without overlap first.</param>
/// <param name="Chosen">Which of them calibration chose.</param>
/// <param name="Operator">The operator as it runs: the way that was chosen.</param>
public sealed record FlashCommTiming(
    FlashCommLayerSpec Layer, long Tokens, double Product, double Communication, double OneAfterTheOther, IReadOnlyList<KeyValuePair<string, double>> Ways, string Chosen, double Operator)
{
    /// <summary>No overlap can be faster than the longer of the two.</summary>
    public double Limit => Math.Max(Product, Communication);
}

/// <summary>
/// Measures maybe-FlashComm layers on the GPUs of this machine: one thread a GPU, or, where the environment says that this process is a rank (see
/// <see cref="LocalProcessGroup.FromEnvironment"/>), one process a GPU.
/// </summary>
public static class FlashCommBenchmark
{
    private const int Samples = 11;

    /// <summary>Measures layers.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="ranks">How many GPUs share them, at least 2.</param>
    /// <param name="tokens">The numbers of tokens.</param>
    /// <param name="each">Is given each row as it is known, on another thread; in processes, on rank 0's.</param>
    /// <exception cref="CudaUnavailableException">There are not so many GPUs.</exception>
    /// <exception cref="ProcessGroupException">A rank failed.</exception>
    public static void Run(IReadOnlyList<FlashCommLayerSpec> layers, int ranks, IReadOnlyList<long> tokens, Action<FlashCommTiming> each)
    {
        if (CudaDevice.WhyUnavailable() is { } reason)
            throw new CudaUnavailableException(reason);
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(LocalProcessGroup.RanksVariable)))
        {
            RunProcess(layers, tokens, each);
            return;
        }

        if (ranks < 2 || CudaDevice.Count < ranks)
            throw new CudaUnavailableException($"{ranks} ranks need as many GPUs, and at least 2: this machine shows {CudaDevice.Count}; CUDA_VISIBLE_DEVICES says which are seen");
        RankThreads.Run(ranks, group =>
        {
            RunRank(group, layers, [.. tokens.Order()], each);
            return 0;
        });
    }

    private static void RunProcess(IReadOnlyList<FlashCommLayerSpec> layers, IReadOnlyList<long> tokens, Action<FlashCommTiming> each)
    {
        using var group = LocalProcessGroup.FromEnvironment();
        try
        {
            RunRank(group, layers, [.. tokens.Order()], each);
        }
        catch (Exception exception)
        {
            group.Abort(exception);
            throw;
        }
    }

    private static void RunRank(IProcessGroup ranks, IReadOnlyList<FlashCommLayerSpec> specs, long[] tokens, Action<FlashCommTiming> each)
    {
        var device = CudaDevice.Open(ranks.Rank % CudaDevice.Count);
        using var stream = CudaStream.Create(device);
        using var library = new KernelLibrary(device, null);
        using var fault = DeviceMemory.Allocate(device, sizeof(ulong));
        stream.Fill(fault.Address, 0, sizeof(ulong));
        using var group = new DeviceGroup(device, stream, library.Compile([DeviceGroup.Source])[0], fault.Address, new());
        var shapes = specs.Select(spec => ShapeOf(spec, ranks.Size)).ToList();
        group.Connect(ranks, shapes.Max(shape => shape.BufferBytes(shape.RowsOfPart(tokens[^1], 1)).Value));
        using var nccl = CudaLibraries.WhyMissing(CudaLibraries.Nccl) is null ? NcclCommunicator.Meet(device, ranks) : null;
        for (int i = 0; i < specs.Count; i++)
        {
            using var layer = new FlashCommLayer(device, shapes[i], new(), library.Compile(FlashCommLayer.Sources(shapes[i], device))) { BeforeLoading = group.Streams.Drain };
            using var weight = LayerMemory.Drawn(device, stream, shapes[i].Features * shapes[i].RowBytesOfX, shapes[i].IsQuantized);
            using var weightScale = DeviceMemory.Allocate(device, shapes[i].Features * sizeof(float));
            stream.Fill(weightScale.Address, 0x3c, weightScale.Bytes);
            var scales = new QuantizedScales(weightScale.Address, 0, 0.01, 0);
            layer.Scales = scales;
            using var memory = new LayerMemory(device, stream, shapes[i], weight.Address, tokens[^1]);
            var calibration = new FlashCommCalibration(group, ranks, device);
            var choice = FlashCommChoice.ByTime(calibration.Measure(layer, weight.Address, scales, tokens[^1]), null, shapes[i]);
            foreach (long count in tokens)
            {
                var row = Measure(specs[i], layer, memory.CallOf(count), group, ranks, device, nccl, choice.Of(count));
                if (ranks.Rank == 0)
                    each(row);
            }
        }
    }

    private static FlashCommTiming Measure(
        FlashCommLayerSpec spec, FlashCommLayer layer, LinearCall call, DeviceGroup group, IProcessGroup ranks, CudaDevice device, NcclCommunicator? nccl, FlashCommVariant chosen)
    {
        var (shape, stream, timer) = (layer.Shape, group.Streams.Main, new LayerTimer(group, ranks, device));
        long part = shape.RowsOfPart(call.Tokens, 1).Value;

        // NCCL gets whole parts from the first buffer, and what it gathers goes there: the product then reads or writes the same.
        nint buffer = group.BufferOf(group.Rank, 0);
        void Product() => layer.RunAlone(stream, shape.IsRow ? call with { Result = buffer } : call with { X = buffer });
        void Collective()
        {
            if (shape.IsRow)
                nccl!.ReduceScatter(stream, shape.Result, buffer, call.Result, part * shape.Features);
            else
                nccl!.AllGather(stream, shape.Operand, call.X, buffer, part * shape.Inputs);
        }

        void InTurn()
        {
            if (shape.IsRow)
                Product();
            Collective();
            if (!shape.IsRow)
                Product();
        }

        var work = new List<Action> { Product };
        work.AddRange(nccl is null ? [] : [Collective, InTurn]);
        work.AddRange(shape.Variants.Select(variant => (Action)(() => layer.Run(group, call, variant))));
        double[] times = timer.Microseconds(work, Samples);
        int first = nccl is null ? 1 : 3;
        var ways = shape.Variants.Select((variant, i) => KeyValuePair.Create(variant.ToString(), times[first + i])).ToList();
        return new(
            spec, call.Tokens, times[0], nccl is null ? times[first] - times[0] : times[1], nccl is null ? times[first] : times[2], ways, chosen.ToString(),
            ways.Find(way => way.Key == chosen.ToString()).Value);
    }

    private static LayerShape ShapeOf(FlashCommLayerSpec spec, int ranks) => new(
        spec.IsRow, spec.IsRow ? spec.Outputs : spec.Outputs / ranks, spec.IsRow ? spec.Inputs / ranks : spec.Inputs,
        spec.IsQuantized ? DType.Int8 : spec.Type, spec.Type, spec.IsQuantized ? DType.Float32 : null, ranks);
}
