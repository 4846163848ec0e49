using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Compilation;

namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>
/// Which kernels an attention needs on a device, and which of them serves a call: tensor cores for bfloat16 and float16 with head sizes
/// that are multiples of 8 up to 256, and a plain kernel for all else, which is there in every case because addresses and strides that are no
/// multiples of 16 bytes become known at the call.
/// </summary>
internal sealed class AttentionPlan
{
    private const int WidestHead = 256;

    /// <summary>The widest head whose logits and values a warp holds in registers with 64 keys.</summary>
    private const int WidestTile = 128;

    private readonly int _multiprocessors;

    /// <summary>Plans for a device.</summary>
    /// <param name="signature">What the graph says.</param>
    /// <param name="architecture">The device's architecture, such as <c>sm_90a</c>.</param>
    /// <param name="multiprocessors">How many multiprocessors it has.</param>
    /// <param name="sharedMemoryPerBlock">Its shared memory of a block in bytes.</param>
    public AttentionPlan(AttentionSignature signature, string architecture, int multiprocessors, int sharedMemoryPerBlock)
    {
        Signature = signature;
        _multiprocessors = multiprocessors;
        Tiles = signature is { HeadSize: { } headSize, ValueSize: { } valueSize } && HasTensorKernel(signature, headSize, valueSize)
            ? [.. TilesOf(signature, headSize, valueSize, architecture).Where(tile => tile.SharedBytes(headSize, valueSize) <= sharedMemoryPerBlock)]
            : [];
        Sources = Tiles is []
            ? [AttentionSources.Plain(signature)]
            :
            [
                AttentionSources.Plain(signature),
                AttentionSources.Combine(signature.Type, signature.ValueSize!.Value),
                .. Tiles.Select(tile => tile.Source(signature, signature.HeadSize!.Value, signature.ValueSize!.Value)),
            ];
    }

    /// <summary>What the graph says.</summary>
    public AttentionSignature Signature { get; }

    /// <summary>The tiles of tensor-core kernels, from the largest to the smallest; none where only the plain kernel serves.</summary>
    public IReadOnlyList<AttentionTile> Tiles { get; }

    /// <summary>What is to be compiled: the plain kernel, and with <see cref="Tiles"/> the combining one and that of each tile.</summary>
    public IReadOnlyList<KernelSource> Sources { get; }

    /// <summary>Bytes that a call needs besides its operands.</summary>
    public long WorkspaceBytes(in AttentionSizes sizes)
    {
        if (Tiles is [] || sizes.IsEmpty)
            return 0;
        int splits = Schedule(sizes).Splits;
        // The values in float32, with a maximum and a sum.
        return splits == 1 ? 0 : sizeof(float) * (long)splits * sizes.Pairs * sizes.Rows * (sizes.ValueSize + 2);
    }

    /// <summary>
    /// Bytes that are enough for every call: parts are made only as long as there are at most twice as many blocks as multiprocessors, and a
    /// block has the rows of a tile.
    /// </summary>
    public long MostWorkspaceBytes => Tiles is [] ? 0 : sizeof(float) * 2L * _multiprocessors * Tiles.Max(tile => tile.Rows) * (Signature.ValueSize!.Value + 2);

    /// <summary>How a call with rows is spread over the device, by a tensor-core kernel.</summary>
    public AttentionSchedule Schedule(in AttentionSizes sizes) => AttentionSchedule.Of(Tiles, _multiprocessors, sizes, Signature.Causal);

    // A scale that is not positive would turn maxima into minima, one that float32 rounds to 0 or ∞ gives NaN.
    private static bool HasTensorKernel(AttentionSignature signature, int headSize, int valueSize) =>
        signature.Type is DType.BFloat16 or DType.Float16
        && headSize % 8 == 0 && headSize is > 0 and <= WidestHead
        && valueSize % 8 == 0 && valueSize is > 0 and <= WidestHead
        && signature.Scale is null or (> 1e-30 and < 1e30);

    private static IEnumerable<AttentionTile> TilesOf(AttentionSignature signature, int headSize, int valueSize, string architecture)
    {
        // Before 8.0 there is no asynchronous copy to shared memory. sm_100 and later have a character more.
        if (architecture is ['s', 'm', '_', < '8', _])
            yield break;
        int widest = Math.Max(headSize, valueSize);
        if (widest > WidestTile)
        {
            yield return new(AttentionDesign.TensorCores, Warps: 4, WarpRows: 16, Keys: 32, Blocks: 1);
        }
        else if (architecture == "sm_90a")
        {
            yield return new(AttentionDesign.Pipelined, Warps: 8, WarpRows: 16, Keys: 128, Blocks: 1);
            yield return new(AttentionDesign.Warpgroups, Warps: 4, WarpRows: 16, Keys: 64, Blocks: 2);
        }
        else
        {
            if (signature.Mask is null)
                yield return new(AttentionDesign.TensorCores, Warps: 4, WarpRows: 32, Keys: 64, Blocks: 2);
            yield return new(AttentionDesign.TensorCores, Warps: 4, WarpRows: 16, Keys: 64, Blocks: 2);
        }
    }
}
