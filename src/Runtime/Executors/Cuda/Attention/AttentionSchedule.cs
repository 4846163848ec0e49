namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>How one call is spread over a device.</summary>
/// <param name="Tile">Which of the plan's tiles.</param>
/// <param name="RowTiles">Blocks along the rows.</param>
/// <param name="Splits">Parts of the keys; more than 1 need a workspace.</param>
/// <param name="TilesPerSplit">Tiles of keys in a part.</param>
/// <param name="Fold">The block from which on rows come in ascending order, or 0.</param>
internal readonly record struct AttentionSchedule(int Tile, int RowTiles, int Splits, int TilesPerSplit, uint Fold)
{
    // Measured on an H200 with 16 query heads and 8 key heads of size 128 in bfloat16: a tile of 64 keys takes 0.6 µs, the second kernel that
    // adds up parts about 4 µs.
    private const int LeastTilesOfSplitKeys = 12;
    private const int LeastTilesOfAPart = 4;

    /// <summary>Chooses for a call with rows.</summary>
    /// <param name="tiles">The tiles there are, the largest first.</param>
    /// <param name="multiprocessors">How many multiprocessors the device has.</param>
    /// <param name="sizes">The call's sizes.</param>
    /// <param name="causal">Whether later rows see more keys.</param>
    public static AttentionSchedule Of(IReadOnlyList<AttentionTile> tiles, int multiprocessors, in AttentionSizes sizes, bool causal)
    {
        int choice = 0;
        while (choice < tiles.Count - 1 && Blocks(tiles[choice], sizes) < (long)tiles[choice].LeastWaves * multiprocessors)
            choice++;
        var tile = tiles[choice];
        long blocks = Blocks(tile, sizes);
        int keyTiles = Math.Max(1, DivideUp(sizes.Keys, tile.Keys));
        int splits = keyTiles < LeastTilesOfSplitKeys ? 1 : (int)Math.Clamp(multiprocessors / blocks, 1, keyTiles / LeastTilesOfAPart);
        int tilesPerSplit = DivideUp(keyTiles, splits);
        splits = DivideUp(keyTiles, tilesPerSplit);
        bool isOneWaveOfTwo = causal && tile.Blocks == 2 && splits == 1 && blocks > multiprocessors && blocks <= 2L * multiprocessors;
        return new(choice, DivideUp(sizes.Rows, tile.Rows), splits, tilesPerSplit, isOneWaveOfTwo ? (uint)multiprocessors : 0);
    }

    private static long Blocks(AttentionTile tile, in AttentionSizes sizes) => (long)DivideUp(sizes.Rows, tile.Rows) * sizes.Pairs;

    private static int DivideUp(int count, int size) => (int)((count + size - 1L) / size);
}
