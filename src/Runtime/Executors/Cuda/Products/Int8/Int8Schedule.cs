namespace Evergraph.Runtime.Cuda.Products.Int8;

/// <summary>How one int8 product is spread over a device.</summary>
/// <param name="Tile">The tile of a block.</param>
/// <param name="RowTiles">Tiles along the rows.</param>
/// <param name="ColumnTiles">Tiles along the columns.</param>
/// <param name="Band">Row tiles that are taken together.</param>
/// <param name="Blocks">Blocks, each of which takes every so manyth tile.</param>
internal readonly record struct Int8Schedule(Int8Tile Tile, int RowTiles, int ColumnTiles, int Band, int Blocks)
{
    /// <summary>The schedule whose busiest multiprocessor is done first; of equal ones that with the larger tile.</summary>
    /// <param name="multiprocessors">How many the device has.</param>
    /// <param name="rows">Rows of the result, at least 1.</param>
    /// <param name="columns">Columns of the result, at least 1.</param>
    public static Int8Schedule Of(int multiprocessors, int rows, int columns)
    {
        Int8Tile choice = default;
        long least = long.MaxValue;
        for (int i = 0; i < Int8Tile.All.Count; i++)
        {
            var tile = Int8Tile.All[i];
            long tiles = (long)DivideUp(rows, tile.Rows) * DivideUp(columns, tile.Columns);
            long cycles = (tiles + multiprocessors - 1) / multiprocessors * tile.Cycles;
            if (cycles < least)
                (choice, least) = (tile, cycles);
        }

        return With(choice, multiprocessors, rows, columns);
    }

    /// <summary>The schedule with a tile.</summary>
    public static Int8Schedule With(Int8Tile tile, int multiprocessors, int rows, int columns)
    {
        int rowTiles = DivideUp(rows, tile.Rows), columnTiles = DivideUp(columns, tile.Columns);

        // As many rows as columns under way at once read the fewest bytes; bands are of one height.
        int ideal = Math.Max(1, (int)Math.Round(Math.Sqrt((double)multiprocessors * tile.Columns / tile.Rows)));
        int band = DivideUp(rowTiles, DivideUp(rowTiles, ideal));
        return new(tile, rowTiles, columnTiles, band, Math.Min(checked(rowTiles * columnTiles), multiprocessors * tile.Blocks));
    }

    private static int DivideUp(int count, int size) => (int)((count + size - 1L) / size);
}
