using System.Globalization;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Compilation;

namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>How a tensor-core kernel is cut; see <c>attention_tiles.cuh</c>.</summary>
/// <param name="Warpgroups">Whether it is <c>attention_hopper.cu</c>, which needs compute capability 9.0a, or <c>attention.cu</c>.</param>
/// <param name="Warps">Warps of a block.</param>
/// <param name="WarpRows">Rows of a warp.</param>
/// <param name="Keys">Keys of a tile.</param>
/// <param name="Blocks">Blocks that a multiprocessor is to hold at once.</param>
internal readonly record struct AttentionTile(bool Warpgroups, int Warps, int WarpRows, int Keys, int Blocks)
{
    private const int Stages = 2;

    /// <summary>Rows of a block.</summary>
    public int Rows => Warps * WarpRows;

    /// <summary>Threads of a block.</summary>
    public int Threads => Warps * 32;

    /// <summary>Dynamic shared memory of a block in bytes: the rows, and two tiles of keys and values.</summary>
    public int SharedBytes(int headSize, int valueSize)
    {
        int keyPanels = Panels(headSize), valuePanels = Panels(valueSize);
        return 128 * ((Rows * Math.Max(keyPanels, valuePanels)) + (Stages * Keys * (keyPanels + valuePanels)));
    }

    /// <summary>Its source.</summary>
    public KernelSource Source(AttentionSignature signature, int headSize, int valueSize)
    {
        string[] files = Warpgroups
            ? ["attention_tiles.cuh", "attention_rows.cuh", "attention_warpgroup.cuh", "attention_hopper.cu"]
            : ["attention_tiles.cuh", "attention_rows.cuh", "attention.cu"];
        return AttentionSources.Of(
            Warpgroups ? "attention_hopper" : "attention_tensor",
            files,
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
