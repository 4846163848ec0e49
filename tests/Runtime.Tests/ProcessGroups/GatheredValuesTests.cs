namespace Evergraph.Runtime.Tests;

public sealed class GatheredValuesTests
{
    [Fact]
    public void Every_rank_sees_all_in_order()
    {
        var seen = RankThreads.Run(3, group => group.AllGather<(int, double)>("values", [(group.Rank, 0.5), (10 + group.Rank, -1)]));
        Assert.All(seen, all => Assert.Equal([(0, 0.5), (10, -1), (1, 0.5), (11, -1), (2, 0.5), (12, -1)], all));
    }

    [Fact]
    public void There_may_be_none() => Assert.All(RankThreads.Run(2, group => group.AllGather<long>("nothing", [])), Assert.Empty);

    [Fact]
    public void Ranks_with_other_numbers_of_values_are_told()
    {
        var error = Assert.Throws<ProcessGroupException>(() => RankThreads.Run(2, group => group.AllGather<long>("sizes", new long[1 + group.Rank])));
        Assert.Contains("sizes(uint8[8])", error.Message);
    }
}
