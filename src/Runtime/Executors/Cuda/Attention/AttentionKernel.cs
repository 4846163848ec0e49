using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>
/// softmax(scale · q·kᵀ + mask) · v for each head, on a device. Rows that see no key are 0. The result is computed in float32 (float64 for
/// float64) and rounded once; tensor-core kernels also round the weights to the operands' type. Thread-safe.
/// </summary>
internal sealed unsafe class AttentionKernel
{
    private const int PlainThreads = 128;
    private readonly AttentionPlan _plan;
    private readonly CudaFunction _plain;
    private readonly CudaFunction? _combine;
    private readonly CudaFunction[] _tiles;
    private readonly int[] _sharedBytes;

    /// <summary>Takes the compiled kernels of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="functions">The kernels of <see cref="AttentionPlan.Sources"/>, in order.</param>
    public AttentionKernel(AttentionPlan plan, ReadOnlySpan<CudaFunction> functions)
    {
        _plan = plan;
        _plain = functions[0];
        _combine = functions.Length > 1 ? functions[1] : null;
        _tiles = functions.Length > 2 ? functions[2..].ToArray() : [];
        _sharedBytes = [.. plan.Tiles.Select(tile => tile.SharedBytes(plan.Signature.HeadSize!.Value, plan.Signature.ValueSize!.Value))];
        for (int i = 0; i < _tiles.Length; i++)
            _tiles[i].DynamicSharedMemory = _sharedBytes[i];
    }

    /// <summary>Enqueues one call. Allocates nothing.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="sizes">The sizes.</param>
    /// <param name="queries">[batch, queries, heads, E].</param>
    /// <param name="keys">[batch, keys, key heads, E].</param>
    /// <param name="values">[batch, keys, key heads, V].</param>
    /// <param name="result">[batch, queries, heads, V]; overlaps no operand.</param>
    /// <param name="mask">[batch, heads, queries, keys], or default without a mask.</param>
    /// <param name="workspace"><see cref="AttentionPlan.WorkspaceBytes"/> bytes at a multiple of 4.</param>
    public void Run(
        CudaStream stream, in AttentionSizes sizes, in AttentionOperand queries, in AttentionOperand keys, in AttentionOperand values,
        in AttentionOperand result, in AttentionMask mask, nint workspace)
    {
        if (sizes.IsEmpty)
            return;
        var signature = _plan.Signature;
        AttentionArguments arguments = new()
        {
            Queries = queries,
            Keys = keys,
            Values = values,
            Result = result,
            Mask = mask,
            Partial = workspace,
            Scale = signature.Scale ?? (1 / Math.Sqrt(sizes.HeadSize)),
            Batch = sizes.Batch,
            KeyHeads = sizes.KeyHeads,
            Group = sizes.Group,
            QueryCount = sizes.Queries,
            KeyCount = sizes.Keys,
            HeadSize = sizes.HeadSize,
            ValueSize = sizes.ValueSize,
            RowTiles = 1,
            Splits = 1,
            TilesPerSplit = 1,
            Causal = signature.Causal ? 1 : 0,
        };
        if (_tiles.Length == 0 || !queries.IsAligned || !keys.IsAligned || !values.IsAligned || !result.IsAligned)
        {
            long rows = (long)sizes.Pairs * sizes.Rows;
            _plain.Launch(stream, WarpBlocks(rows), 1, 1, PlainThreads, 0, &arguments);
            return;
        }

        var schedule = _plan.Schedule(sizes);
        arguments.RowTiles = schedule.RowTiles;
        arguments.Splits = schedule.Splits;
        arguments.TilesPerSplit = schedule.TilesPerSplit;
        arguments.Fold = schedule.Fold;
        uint blocks = checked((uint)((long)schedule.RowTiles * schedule.Splits * sizes.Pairs));
        _tiles[schedule.Tile].Launch(
            stream, blocks, 1, 1, (uint)_plan.Tiles[schedule.Tile].Threads, (uint)_sharedBytes[schedule.Tile], &arguments);
        if (schedule.Splits > 1)
            _combine!.Launch(stream, WarpBlocks((long)sizes.Pairs * sizes.Rows), 1, 1, PlainThreads, 0, &arguments);
    }

    // A warp takes a row.
    private static uint WarpBlocks(long rows) => checked((uint)((rows + (PlainThreads / 32) - 1) / (PlainThreads / 32)));
}
