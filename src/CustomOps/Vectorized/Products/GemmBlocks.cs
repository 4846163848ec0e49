namespace Evergraph.CustomOps.Vectorized;

/// <summary>Computes blocks of a product. It is a struct, so that a small product starts without allocating.</summary>
internal interface IGemmBlock
{
    /// <summary>Computes one block.</summary>
    void Run(int batch, int row, int rows, int column, int columns);
}

/// <summary>Cuts products C[batches, m, n] into blocks that the processor's cores share.</summary>
internal static class GemmBlocks
{
    /// <summary>Columns of a block; blocks begin at its multiples.</summary>
    public const int Columns = 64;

    // A block of rows is read again for every few columns, so it should stay in the second-level cache (elements).
    private const int RowElements = 128 * 1024;

    // Below about 50 µs of work, waking another core does not pay (multiplications).
    private const long ParallelWork = 1 << 20;

    /// <summary>Runs all blocks. Which core computes a block changes no bit of it.</summary>
    public static void Run<TBlock>(TBlock block, long batches, int m, int n, int k)
        where TBlock : struct, IGemmBlock
    {
        int rows = Math.Max(8, RowElements / Math.Max(1, k) / 8 * 8);
        int rowBlocks = (int)(((long)m + rows - 1) / rows);
        int columnBlocks = (int)(((long)n + Columns - 1) / Columns);
        long blocks = batches * rowBlocks * columnBlocks;
        if (blocks > 1 && (long)m * n * batches >= ParallelWork / Math.Max(1, k))
        {
            ParallelLoop.Run(blocks, index => RunOne(block, index, rows, rowBlocks, columnBlocks, m, n));
        }
        else
        {
            for (long index = 0; index < blocks; index++)
                RunOne(block, index, rows, rowBlocks, columnBlocks, m, n);
        }
    }

    private static void RunOne<TBlock>(TBlock block, long index, int rows, int rowBlocks, int columnBlocks, int m, int n)
        where TBlock : struct, IGemmBlock
    {
        int column = (int)(index % columnBlocks) * Columns;
        int row = (int)(index / columnBlocks % rowBlocks) * rows;
        block.Run((int)(index / columnBlocks / rowBlocks), row, Math.Min(rows, m - row), column, Math.Min(Columns, n - column));
    }
}
