using System.Runtime.InteropServices;
using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products.Int8;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>
/// A W8A8 row layer's product and reduce-scatter in one kernel: tiles for other ranks leave as <see cref="PackedSums"/> as they are computed, each with a flag behind
/// it, and the tiles of the own rows add what has arrived. Nothing is between product and communication, not even a launch.
/// </summary>
internal sealed unsafe class FusedProduct
{
    // Of Int8Tile.All, by whether they are wide: 128 by 128 and 128 by 256.
    private static readonly int[] Tiles = [2, 0];

    private readonly QuantizedPart _part;
    private readonly CudaFunction[] _kernels;
    private readonly Int8Operands _operands;

    /// <param name="device">Where it runs: compute capability 9.0, or the emulator.</param>
    /// <param name="part">The layer's products, with its scales.</param>
    /// <param name="functions">The kernels of <see cref="Sources"/>, in order.</param>
    public FusedProduct(CudaDevice device, QuantizedPart part, ReadOnlySpan<CudaFunction> functions)
    {
        (_part, _kernels, _operands) = (part, functions.ToArray(), new(device));
        for (int i = 0; i < _kernels.Length; i++)
            _kernels[i].DynamicSharedMemory = Int8Tile.All[Tiles[i]].FusedSharedBytes;
    }

    /// <summary>The kernels, one for each tile.</summary>
    public static IReadOnlyList<KernelSource> Sources(LayerShape shape) => [.. Tiles.Select(tile => Int8Tile.All[tile].FusedSource(shape.Result, shape.Scale!.Value))];

    /// <summary>Whether a device runs them.</summary>
    public static bool IsAvailable(CudaDevice device, LayerShape shape) =>
        device.HasWarpgroupProducts && shape.IsPacked && Int8Product.Takes(shape.Features, shape.Inputs, shape.Result, shape.Scale!.Value);

    /// <summary>How the rows of a rank are cut, the same on every rank, or null where there are too few flags for any tiles.</summary>
    /// <remarks>
    /// Every rank has rows, and so hears from all others before its next call: the last one has at most <see cref="SymmetricLayout.MostRanks"/> fewer than a part, and
    /// a part at least <see cref="PackedSums.LeastRows"/>.
    /// </remarks>
    /// <param name="multiprocessors">The fewest of a rank's device.</param>
    /// <param name="partition">The tokens over the ranks.</param>
    /// <param name="features">Columns of the result.</param>
    /// <param name="isWide">Whether tiles shall have 256 columns; they have where there are too few flags for those of 128.</param>
    public static Int8Schedule? ScheduleOf(int multiprocessors, Partition partition, long features, bool isWide)
    {
        foreach (int tile in Tiles.AsSpan(isWide ? 1 : 0))
        {
            var schedule = Int8Schedule.With(tile, multiprocessors, checked((int)partition.Part), (int)features);
            int tiles = schedule.RowTiles * schedule.ColumnTiles;
            if (tiles <= SymmetricLayout.Tiles)
                return schedule with { Blocks = Math.Min(tiles * partition.Parts, multiprocessors * Int8Tile.All[tile].Blocks) };
        }

        return null;
    }

    /// <summary>Enqueues a call of one batch; its kernel begins the call. Allocates nothing.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="call">The call.</param>
    /// <param name="partition">Its tokens over the ranks.</param>
    /// <param name="schedule">How the rows are cut.</param>
    /// <param name="buffer">The number of the buffer.</param>
    /// <exception cref="EvergraphException">An operand lies at no multiple of 16.</exception>
    public void Run(DeviceGroup group, in LinearCall call, Partition partition, in Int8Schedule schedule, int buffer)
    {
        var (shape, tile) = (_part.Shape, Int8Tile.All[schedule.Tile]);
        var product = _part.Call(new()
        {
            Rows = partition.Size,
            Batches = 1,
            X = call.X,
            RowsOfX = partition.Size,
            Result = call.Result,
            RowsOfResult = partition.Part,
            Bias = call.Bias,
        }, call.Weight);
        if (!product.IsSupported)
            throw new EvergraphException($"{shape}: expected operands at multiples of 16 bytes, given {product}; this is an error of Evergraph, please report it; CudaOptions.PackSums = false goes another way");
        FusedArguments arguments = new()
        {
            Ranks = new()
            {
                Control = group.Control,
                Fault = group.Fault,
                Buffer = group.BufferAt(buffer),
                SlotBytes = partition.Part * shape.RowBytesOfResult,
                Size = (int)partition.Size,
                Part = (int)partition.Part,
                Ranks = group.Size,
                Rank = group.Rank,
                BufferNumber = buffer,
                Node = call.Node,
            },
            Product = _operands.ArgumentsOf(product, schedule),
        };

        // The emulator runs blocks one after another; they wait for each other through other ranks.
        uint blocks = TensorMap.IsAvailable ? (uint)schedule.Blocks : 1;
        _kernels[Array.IndexOf(Tiles, schedule.Tile)].Launch(group.Streams.Main, blocks, 1, 1, (uint)tile.Threads, (uint)tile.FusedSharedBytes, &arguments);
    }

    /// <summary><c>int8_product::FusedArguments</c> of <c>int8_fused.cu</c>, field for field; the product begins at a multiple of a map's alignment.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FusedArguments
    {
        public RankArguments Ranks;
        public Int8Arguments Product;
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct RankArguments
    {
        public nint Control;
        public nint Fault;
        public long Buffer;
        public long SlotBytes;
        public int Size;
        public int Part;
        public int Ranks;
        public int Rank;
        public int BufferNumber;
        public int Node;
    }
}
