using Evergraph.CustomOps;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>
/// Times the ways to run a layer at a few numbers of tokens, once, when its ranks first meet. All ranks do it together, and what counts is the
/// slowest rank's time, so that all choose the same.
/// </summary>
/// <param name="group">The ranks' devices.</param>
/// <param name="ranks">The ranks' hosts.</param>
/// <param name="device">This rank's device.</param>
/// <param name="known">What was measured before, or null on all ranks, to measure anyway.</param>
internal sealed class FlashCommCalibration(DeviceGroup group, IProcessGroup ranks, CudaDevice device, CalibrationCache? known = null)
{
    private const int Samples = 7;

    // A first round tells what is far from the fastest.
    private const double Among = 1.15;

    // Of free memory; the rest may be wanted by others.
    private const int MostOfMemory = 4;

    private static readonly long[] Tokens = [32, 128, 512, 1024, 2048, 4096, 8192, 16384];

    /// <summary>The bytes of a buffer in symmetric memory that all of a layer's numbers of tokens take.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="mostTokens">The most tokens of a run.</param>
    public static long BufferBytes(LayerShape shape, long mostTokens) =>
        BufferBytesOf(shape, Tried(mostTokens).Last());

    /// <summary>How much of free memory measuring may take, by the rank that has least; ranks ask together.</summary>
    public static long MostBytes(IProcessGroup ranks, CudaDevice device) => ranks.AllGather("cuda::memory", [device.Memory().Free]).Min() / MostOfMemory;

    /// <summary>Times a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="weight">Its weight; what it is multiplied with does not matter.</param>
    /// <param name="scales">Its scales, where it is quantised.</param>
    /// <param name="mostTokens">The most tokens of a run; what is larger is not tried.</param>
    /// <returns>For each number of tokens the time of each of the ways that all ranks allow, the same on every rank.</returns>
    public IReadOnlyList<(long Tokens, VariantTime[] Times)> Measure(FlashCommLayer layer, nint weight, QuantizedScales scales, long mostTokens)
    {
        // A rank whose options allow no packed sums does without their ways, and so do the others.
        var shape = group.PacksSums ? layer.Shape : layer.Shape with { AllowsPacking = false };
        long free = MostBytes(ranks, device);
        long[] sizes = [.. Tried(mostTokens).Where(tokens => LayerMemory.Bytes(shape, tokens) <= free && BufferBytesOf(shape, tokens) <= group.BufferBytes)];
        if (sizes.Length == 0)
            return [];
        var variants = shape.Variants;
        if (known?.Find(shape, sizes) is not { } times)
        {
            times = Time(layer, variants, weight, scales, sizes);
            known?.Keep(shape, sizes, times);
        }

        return [.. sizes.Select((tokens, i) => (tokens, variants.Select((variant, j) => new VariantTime(variant, times[(i * variants.Count) + j])).ToArray()))];
    }

    /// <summary>For each number of tokens the time of each way.</summary>
    private double[] Time(FlashCommLayer layer, IReadOnlyList<FlashCommVariant> variants, nint weight, QuantizedScales scales, long[] sizes)
    {
        using var memory = new LayerMemory(device, group.Streams.Main, layer.Shape, weight, sizes[^1]);
        layer.Scales = scales;
        var timer = new LayerTimer(group, ranks, device);
        var times = new List<double>();
        foreach (long tokens in sizes)
        {
            var call = memory.CallOf(tokens);
            times.AddRange(timer.Microseconds([.. variants.Select(variant => (Action)(() => layer.Run(group, call, variant)))], Samples, Among));
        }

        return [.. times];
    }

    /// <summary>The numbers of tokens that are tried, if memory allows; the least one always.</summary>
    private static IEnumerable<long> Tried(long mostTokens) => Tokens.Where(tokens => tokens <= Math.Max(mostTokens, Tokens[0]));

    private static long BufferBytesOf(LayerShape shape, long tokens) => shape.BufferBytes(shape.RowsOfPart(tokens, 1)).Value;
}
