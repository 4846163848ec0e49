using Evergraph.CustomOps;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Cuda.Products.Int8;

namespace Evergraph.Runtime.Tests.Cuda.Products.Int8;

public sealed class FusedScheduleTests
{
    // Two flags for each tile of 128 by 128: parts of 8192 by 4096 have as many as there are.
    [Theory]
    [InlineData(2048, 2, 4096, 132)]
    [InlineData(300, 2, 192, 8)]
    [InlineData(8192, 2, 4096, 132)]
    [InlineData(8192, 2, 4160, null)]
    [InlineData(8448, 2, 4096, null)]
    [InlineData(300000, 2, 1 << 20, null)]
    public void Tiles_and_blocks(long tokens, int ranks, long features, int? blocks)
    {
        var schedule = FusedProduct.ScheduleOf(132, new(tokens, ranks), features);
        Assert.Equal(blocks, schedule?.Blocks);
    }

    // Of 1024 bytes more the driver takes what it needs itself.
    [Fact]
    public void A_block_fits_a_multiprocessor() => Assert.InRange(FusedProduct.SharedBytes, 1, 227 * 1024);

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
