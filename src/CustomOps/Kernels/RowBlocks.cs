namespace Evergraph.CustomOps;

/// <summary>Shares the rows of a row-by-row kernel among the processor's cores; which core takes a row changes no bit of it.</summary>
internal static class RowBlocks
{
    // Elements that are worth waking another core for.
    private const long ParallelElements = 1 << 16;

    /// <summary>Runs a kernel over all rows, in pieces.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">Elements that one row takes to compute.</param>
    /// <param name="kernel">Computes some rows: the first, and how many.</param>
    public static void Run(long rows, long width, Action<int, int> kernel)
    {
        if (rows * width < ParallelElements || rows < 2)
        {
            kernel(0, (int)rows);
            return;
        }

        long pieces = Math.Min(rows, Math.Max(Environment.ProcessorCount, rows * width / ParallelElements));
        ParallelLoop.Run(pieces, piece =>
        {
            long first = rows * piece / pieces, end = rows * (piece + 1) / pieces;
            kernel((int)first, (int)(end - first));
        });
    }
}
