using System.Globalization;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.Compilation;

namespace Evergraph.Runtime.Cuda.Products.Int8;

/// <summary>How an int8 product is cut; see <c>int8_arguments.cuh</c>.</summary>
/// <param name="Groups">Warpgroups that multiply, 64 rows each; one more loads.</param>
/// <param name="Columns">Columns of the result in a tile.</param>
/// <param name="Stages">Stages of the ring.</param>
/// <param name="Blocks">Blocks that a multiprocessor is to hold at once.</param>
internal readonly record struct Int8Tile(int Groups, int Columns, int Stages, int Blocks)
{
    // Per cycle a multiprocessor multiplies 4096 pairs and takes about 48 bytes out of the L2 cache.
    private const int PairsPerCycle = 4096;
    private const int BytesPerCycle = 48;

    private static readonly string[] Files =
    [
        "prelude.cuh", "attention_prelude.cuh", "attention_barriers.cuh", "attention_warpgroup.cuh", "packed_sums.cuh", "int8_arguments.cuh", "int8_warpgroup.cuh", "int8_tile.cuh",
    ];

    /// <summary>The tiles that there are, the largest first.</summary>
    public static IReadOnlyList<Int8Tile> All { get; } = [new(2, 256, 4, 1), new(2, 192, 4, 1), new(2, 128, 6, 1), new(1, 128, 4, 2), new(1, 64, 6, 2)];

    /// <summary>The place of a tile in <see cref="All"/>.</summary>
    public static int IndexOf(Int8Tile tile)
    {
        int index = 0;
        while (All[index] != tile)
            index++;
        return index;
    }

    /// <summary>Rows of a tile.</summary>
    public int Rows => 64 * Groups;

    /// <summary>Threads of a block.</summary>
    public int Threads => 128 * (Groups + 1);

    /// <summary>Dynamic shared memory of a block in bytes: the ring, 16 rows of 64 sums for each warp that multiplies, and two barriers a stage.</summary>
    public int SharedBytes => (Stages * (Rows + Columns) * TensorMap.BoxColumns) + (Groups * 4 * 16 * 64 * sizeof(int)) + (Stages * 2 * sizeof(ulong));

    /// <summary>About how many cycles of a multiprocessor a tile takes for 128 columns of the operands.</summary>
    public int Cycles => Math.Max(Rows * Columns * TensorMap.BoxColumns / PairsPerCycle, (Rows + Columns) * TensorMap.BoxColumns / BytesPerCycle);

    /// <summary>The source of <c>int8_product.cu</c>.</summary>
    /// <param name="result">The type of the result.</param>
    /// <param name="scale">The type of the weight's scales.</param>
    /// <param name="packing">What is records of <c>packed_sums.cuh</c>.</param>
    public KernelSource Source(DType result, DType scale, Int8Packing packing = Int8Packing.None) => Source("int8_product_kernel", ["int8_product.cu"], result, scale, packing);

    /// <summary>The source of another kernel that computes such tiles.</summary>
    /// <param name="kernel">Its name.</param>
    /// <param name="files">What comes behind <c>int8_tile.cuh</c>.</param>
    /// <param name="result">The type of the result.</param>
    /// <param name="scale">The type of the weight's scales.</param>
    /// <param name="packing">What is records of <c>packed_sums.cuh</c>.</param>
    public KernelSource Source(string kernel, IEnumerable<string> files, DType result, DType scale, Int8Packing packing) => new(
        kernel, string.Concat(Files.Concat(files).Select(KernelResources.Read)),
        [
            $"-DINT8_RESULT={CTypes.Of(result)}", $"-DINT8_SCALE={CTypes.Of(scale)}",
            Option("INT8_GROUPS", Groups), Option("INT8_COLUMNS", Columns), Option("INT8_STAGES", Stages), Option("INT8_BLOCKS", Blocks),
            Option("INT8_PACKED_ADDEND", packing != Int8Packing.None ? 1 : 0), Option("INT8_PACKED_RESULT", packing == Int8Packing.Result ? 1 : 0),

            // attention_warpgroup.cuh asks for one; its own products are not used.
            Option("ATTENTION_TYPE", 1),
        ]);

    private static string Option(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"-D{name}={value}");
}
