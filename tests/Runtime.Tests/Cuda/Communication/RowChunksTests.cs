using Evergraph.Runtime.Cuda.FlashComm;

namespace Evergraph.Runtime.Tests.Cuda.Communication;

public sealed class RowChunksTests
{
    [Theory]
    [InlineData(2048, 4, 64, "256 256 256 256")]
    [InlineData(2048, 4, 3, "384 384 256")]
    [InlineData(600, 4, 64, "128 128 44 0")]
    [InlineData(514, 2, 64, "256 1")]
    [InlineData(511, 2, 64, "128 128")]
    [InlineData(510, 2, 64, "255")]
    [InlineData(0, 4, 64, "0")]
    public void Two_ranks_first_part(int tokens, int wanted, int most, string rows)
    {
        var partition = new Partition(tokens, 2);
        var chunks = new RowChunks(partition, 1, wanted, most);
        Assert.Equal(rows, string.Join(' ', Enumerable.Range(0, chunks.Count).Select(i => chunks.Of(i, partition.Count(0)).Count)));
    }

    [Fact]
    public void Several_batches_are_not_cut()
    {
        var chunks = new RowChunks(new(4096, 2), 2, 4, 64);
        Assert.Equal(1, chunks.Count);
        Assert.Equal((0, 2048), chunks.Of(0, 2048));
    }

    [Fact]
    public void Every_row_of_every_rank_is_in_one_chunk()
    {
        var random = new Random(20260417);
        for (int i = 0; i < 1000; i++)
        {
            var partition = new Partition(random.Next(6000), random.Next(2, 9));
            var chunks = new RowChunks(partition, 1, random.Next(1, 9), random.Next(1, 65));
            for (int rank = 0; rank < partition.Parts; rank++)
            {
                long next = 0;
                for (int chunk = 0; chunk < chunks.Count; chunk++)
                {
                    var (first, count) = chunks.Of(chunk, partition.Count(rank));
                    Assert.Equal(next, first);
                    Assert.InRange(count, 0, partition.Part);
                    next += count;
                }

                Assert.Equal(partition.Count(rank), next);
            }
        }
    }
}
