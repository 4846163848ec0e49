using Evergraph.Runtime.Cuda.Products.Int8;

namespace Evergraph.Runtime.Tests.Cuda.Products.Int8;

public sealed class Int8ScheduleTests
{
    // What a multiprocessor of compute capability 9.0 has, and what each block costs besides its own.
    private const int SharedBytes = 228 * 1024, SharedBytesOfABlock = 227 * 1024, Reserved = 1024, Registers = 65536;

    [Theory]
    [InlineData(4096, 4096, 0, 132)]
    [InlineData(8192, 1024, 0, 132)]
    [InlineData(1024, 3072, 1, 128)]
    [InlineData(1000, 1544, 2, 104)]
    [InlineData(256, 4096, 3, 128)]
    [InlineData(64, 4096, 4, 64)]
    [InlineData(1, 12288, 3, 96)]
    [InlineData(1, 8, 4, 1)]
    public void Tiles_of_an_H200(int rows, int columns, int tile, int blocks)
    {
        var schedule = Int8Schedule.Of(132, rows, columns);
        Assert.Equal((Int8Tile.All[tile], blocks), (schedule.Tile, schedule.Blocks));
    }

    [Fact]
    public void Bands_are_of_one_height()
    {
        var schedule = Int8Schedule.With(Int8Tile.All[0], 132, 17 * 128, 4096);
        Assert.Equal((17, 9), (schedule.RowTiles, schedule.Band));
    }

    [Fact]
    public void Every_tile_is_taken_once()
    {
        var random = new Random(20261122);
        for (int i = 0; i < 300; i++)
        {
            var schedule = Int8Schedule.With(Int8Tile.All[random.Next(Int8Tile.All.Count)], random.Next(1, 200), random.Next(1, 5000), 8 * random.Next(1, 700));
            var seen = new HashSet<(int, int)>();
            for (int tile = 0; tile < schedule.RowTiles * schedule.ColumnTiles; tile++)
            {
                // Place of int8_arguments.cuh.
                int first = tile / (schedule.Band * schedule.ColumnTiles) * schedule.Band, height = Math.Min(schedule.Band, schedule.RowTiles - first);
                int inBand = tile - (first * schedule.ColumnTiles), row = first + (inBand % height), column = inBand / height;
                Assert.InRange(row, 0, schedule.RowTiles - 1);
                Assert.InRange(column, 0, schedule.ColumnTiles - 1);
                Assert.True(seen.Add((row, column)), $"{schedule}");
            }
        }
    }

    [Fact]
    public void Blocks_fit_a_multiprocessor() => Assert.All(Int8Tile.All, tile =>
    {
        Assert.InRange(tile.SharedBytes, 1, SharedBytesOfABlock);
        Assert.InRange(tile.Blocks * (tile.SharedBytes + Reserved), 1, SharedBytes);

        // Registers change hands in the kernel: those that load keep 24, the others take 240, or 224 where two blocks share.
        int multiplying = tile.Groups == 2 ? 240 : 224;
        Assert.InRange(tile.Blocks * 128 * (24 + (tile.Groups * multiplying)), 1, Registers);
    });
}
