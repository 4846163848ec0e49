using Evergraph.CustomOps;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>
/// How each rank's rows are cut, so that some of them are under way while others are multiplied. Every rank's part is cut at the same places, which
/// are multiples of a product's tile: what is cut elsewhere would waste part of one. The last chunks of a part may have fewer rows or none.
/// </summary>
internal readonly record struct RowChunks
{
    private const long TileRows = 128;

    /// <summary>Cuts parts.</summary>
    /// <param name="partition">The tokens over the ranks.</param>
    /// <param name="batches">How many batches; chunks of several would not lie together, so these are not cut.</param>
    /// <param name="wanted">How many chunks are wanted; parts of less than two tiles are not cut.</param>
    /// <param name="most">For how many chunks of a part there are flags, at least one.</param>
    public RowChunks(Partition partition, long batches, int wanted, int most)
    {
        Count = batches > 1 || partition.Part < 2 * TileRows ? 1 : Math.Clamp(wanted, 1, most);
        long even = (partition.Part + Count - 1) / Count;
        Rows = Count == 1 ? even : Alignment.Up(even, TileRows);
    }

    /// <summary>How many chunks a part has.</summary>
    public int Count { get; }

    /// <summary>The rows of a chunk, of which the last ones of a part may have fewer.</summary>
    public long Rows { get; }

    /// <summary>The rows of a chunk within a rank's part.</summary>
    /// <param name="chunk">Which chunk.</param>
    /// <param name="rows">How many rows of the part there are to cut: those that are real, or all.</param>
    public (long First, long Count) Of(int chunk, long rows)
    {
        long first = Math.Min(chunk * Rows, rows);
        return (first, Math.Min(Rows, rows - first));
    }
}
