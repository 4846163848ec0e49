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
    // Of large ones a call of few tokens would have a single wave, which sends all at its end. Those of 256 columns multiply no faster than these either.
    private static readonly Int8Tile Tile = new(Groups: 2, Columns: 128, Stages: 5, Blocks: 1);

    // What a block has in shared memory besides a product's, as in int8_parcels.cuh: places for parcels, of which each has two barriers, and for tiles that are under way;
    // seven barriers more, what flags are set to, and when the next parcel may leave.
    private const int Places = 3;
    private const int TileBytes = 8 * 32;
    private const int BarrierBytes = ((2 * Places) + 7 + 2) * sizeof(ulong);

    private readonly QuantizedPart _part;
    private readonly CudaFunction _kernel;
    private readonly Int8Operands _operands;

    /// <param name="device">Where it runs: compute capability 9.0, or the emulator.</param>
    /// <param name="part">The layer's products, with its scales.</param>
    /// <param name="kernel">The kernel of <see cref="Source"/>.</param>
    public FusedProduct(CudaDevice device, QuantizedPart part, CudaFunction kernel)
    {
        (_part, _kernel, _operands) = (part, kernel, new(device));
        _kernel.DynamicSharedMemory = SharedBytes;
    }

    /// <summary>Dynamic shared memory of a block in bytes.</summary>
    public static int SharedBytes { get; } =
        (int)Alignment.Up(Tile.SharedBytes, 16) + (Places * Tile.Rows / PackedSums.RecordRows * PackedSums.RecordBytes) + TileBytes + BarrierBytes;

    /// <summary>Whether a device runs it.</summary>
    public static bool IsAvailable(CudaDevice device, LayerShape shape) =>
        device.HasWarpgroupProducts && shape.IsPacked && Int8Product.Takes(shape.Features, shape.Inputs, shape.Result, shape.Scale!.Value);

    /// <summary>The kernel for a layer.</summary>
    public static KernelSource Source(LayerShape shape) => Tile.Source(
        "int8_fused_kernel", ["communication.cuh", "fused_order.cuh", "int8_ranks.cuh", "int8_parcels.cuh", "int8_fused.cu"], shape.Result, shape.Scale!.Value, Int8Packing.Result);

    /// <summary>How the rows of a rank are cut, the same on every rank, or null where there are too few flags.</summary>
    /// <remarks>
    /// Every rank has rows, and so hears from all others before its next call: the last one has at most <see cref="SymmetricLayout.MostRanks"/> fewer than a part, and
    /// a part at least <see cref="PackedSums.LeastRows"/>.
    /// </remarks>
    /// <param name="multiprocessors">The fewest of a rank's device.</param>
    /// <param name="partition">The tokens over the ranks.</param>
    /// <param name="features">Columns of the result.</param>
    public static Int8Schedule? ScheduleOf(int multiprocessors, Partition partition, long features)
    {
        var schedule = Int8Schedule.With(Tile, multiprocessors, checked((int)partition.Part), (int)features);
        long tiles = (long)schedule.RowTiles * schedule.ColumnTiles;
        return tiles * (Tile.Columns / PackedSums.RecordFeatures) > SymmetricLayout.Parcels
            ? null : schedule with { Blocks = (int)Math.Min(tiles * partition.Parts, multiprocessors * Tile.Blocks) };
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
        var shape = _part.Shape;
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
        _kernel.Launch(group.Streams.Main, blocks, 1, 1, (uint)Tile.Threads, (uint)SharedBytes, &arguments);
    }

    /// <summary><c>int8_product::FusedArguments</c> of <c>int8_ranks.cuh</c>, field for field; the product begins at a multiple of a map's alignment.</summary>
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
