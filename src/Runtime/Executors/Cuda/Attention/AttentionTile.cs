using System.Globalization;
using Evergraph.Runtime.Cuda.Compilation;

namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>How a tensor-core kernel is cut; see <c>attention_tiles.cuh</c>.</summary>
/// <param name="Design">Which kernel it is.</param>
/// <param name="Warps">Warps of a block that compute.</param>
/// <param name="WarpRows">Rows of a warp.</param>
/// <param name="Keys">Keys of a tile.</param>
/// <param name="Blocks">Blocks that a multiprocessor is to hold at once.</param>
internal readonly record struct AttentionTile(AttentionDesign Design, int Warps, int WarpRows, int Keys, int Blocks)
{
    private const int Stages = 2;

    /// <summary>From how many blocks for each multiprocessor on a tile is better than the next smaller one; measured on an H200.</summary>
    public int LeastWaves => Design == AttentionDesign.Pipelined ? 1 : 3;

    /// <summary>Rows of a block.</summary>
    public int Rows => Warps * WarpRows;

    /// <summary>Threads of a block.</summary>
    public int Threads => (Warps + (Design == AttentionDesign.Pipelined ? 4 : 0)) * 32;

    /// <summary>Dynamic shared memory of a block in bytes: the rows, two tiles of keys and values, and barriers.</summary>
    public int SharedBytes(int headSize, int valueSize)
    {
        int keyPanels = Panels(headSize), valuePanels = Panels(valueSize);
        return (128 * ((Rows * Math.Max(keyPanels, valuePanels)) + (Stages * Keys * (keyPanels + valuePanels))))
            + (Design == AttentionDesign.Pipelined ? 64 : 0);
    }

    /// <summary>Its source.</summary>
    public KernelSource Source(AttentionSignature signature, int headSize, int valueSize)
    {
        (string name, string[] files) = Design switch
        {
            AttentionDesign.TensorCores => ("attention_tensor", (string[])["attention.cu"]),
            AttentionDesign.Warpgroups => ("attention_hopper", ["attention_warpgroup.cuh", "attention_products.cuh", "attention_hopper.cu"]),
            _ => ("attention_pipelined", ["attention_warpgroup.cuh", "attention_products.cuh", "attention_barriers.cuh", "attention_pipelined.cu"]),
        };
        return AttentionSources.Of(
            name,
            ["attention_tiles.cuh", "attention_rows.cuh", .. files],
            [
                AttentionSources.Type(signature.Type), AttentionSources.Mask(signature.Mask),
                Option("E", headSize), Option("V", valueSize), Option("CAUSAL", signature.Causal ? 1 : 0),
                Option("WARPS", Warps), Option("ROWS", WarpRows), Option("KEYS", Keys), Option("STAGES", Stages), Option("BLOCKS", Blocks),
            ]);
    }

    // 64 elements of two bytes.
    private static int Panels(int size) => (size + 63) / 64;

    private static string Option(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"-DATTENTION_{name}={value}");
}
