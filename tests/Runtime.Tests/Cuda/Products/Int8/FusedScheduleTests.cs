using Evergraph.CustomOps;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Cuda.Products.Int8;

namespace Evergraph.Runtime.Tests.Cuda.Products.Int8;

public sealed class FusedScheduleTests
{
    private const int Narrow = 2, Wide = 0;

    // Parts of 8192 by 8192 have more tiles of 128 by 128 than there are flags, those of 32768 more of any.
    [Theory]
    [InlineData(2048, 2, 4096, false, Narrow, 132)]
    [InlineData(2048, 2, 4096, true, Wide, 132)]
    [InlineData(1000, 2, 4096, true, Wide, 128)]
    [InlineData(4096, 2, 4096, true, Wide, 132)]
    [InlineData(300, 2, 192, false, Narrow, 8)]
    [InlineData(8192, 2, 8192, false, Narrow, 132)]
    [InlineData(16384, 2, 8192, false, Wide, 132)]
    [InlineData(65536, 2, 8192, false, null, 0)]
    public void Tiles_and_blocks(long tokens, int ranks, long features, bool isWide, int? tile, int blocks)
    {
        var schedule = FusedProduct.ScheduleOf(132, new(tokens, ranks), features, isWide);
        Assert.Equal((tile, blocks), (schedule?.Tile, schedule?.Blocks ?? 0));
        Assert.True(schedule is null || schedule.Value.RowTiles * schedule.Value.ColumnTiles <= SymmetricLayout.Tiles);
    }

    /// <summary>A rank without rows would hear from nobody.</summary>
    [Fact]
    public void Every_rank_of_a_packed_call_has_rows()
    {
        for (int ranks = 2; ranks <= SymmetricLayout.MostRanks; ranks++)
        {
            // Of all sizes with a part this is the one whose last rank has fewest.
            var partition = new Partition((ranks * (PackedSums.LeastRows - 1)) + 1, ranks);
            Assert.Equal(PackedSums.LeastRows, partition.Part);
            Assert.True(partition.Count(ranks - 1) > 0, $"{ranks} ranks");
        }
    }
}
