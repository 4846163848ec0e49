namespace Evergraph.Runtime.Tests.Cuda.Communication;

/// <summary>Collectives from device to device against the reference.</summary>
[Collection(CudaTest.Name)]
public sealed class CollectivesOnDevicesTests
{
    private static readonly int[] Sizes = [0, 1, 2, 3, 5, 64, 129];

    [Theory]
    [InlineData("bfloat16", 2)]
    [InlineData("float32", 3)]
    [InlineData("int64", 4)]
    public void SumsAgree(string type, int ranks) => RankGraphs.Compare(
        $"""
        symbol n = 0..1000
        input %0 "x": {type}[3, n, 5]
        %1 = evergraph::all_reduce(x=%0, tp_size={ranks}) : {type}[3, n, 5]
        %2 = evergraph::reduce_scatter(x=%0, dim=1, tp_size={ranks}) : {type}[3, (n + {ranks - 1}) // {ranks}, 5]
        output %1 "all"
        output %2 "part"
        """, ranks, Sizes, (n, rank) => [RankGraphs.Draw(Type(type), n + rank, 3, n, 5)]);

    [Theory]
    [InlineData("bool", 2)]
    [InlineData("float16", 3)]
    [InlineData("float64", 4)]
    public void PartsAgree(string type, int ranks) => RankGraphs.Compare(
        $"""
        symbol n = 0..1000
        input %0 "x": {type}[3, (n + {ranks - 1}) // {ranks}, 16]
        input %1 "y": {type}[2, n, 7]
        %2 = evergraph::all_gather(x=%0, dim=-2, size=n, tp_size={ranks}) : {type}[3, n, 16]
        %3 = evergraph::token_shard(x=%1, dim=1, tp_size={ranks}) : {type}[2, (n + {ranks - 1}) // {ranks}, 7]
        output %2 "whole"
        output %3 "part"
        """, ranks, Sizes, (n, rank) => [RankGraphs.Draw(Type(type), n + rank, 3, (n + ranks - 1) / ranks, 16), RankGraphs.Draw(Type(type), n, 2, n, 7)]);

    [Fact]
    public void WithoutAGroupThereIsATypedError()
    {
        RankGraphs.Require(1);
        using var graph = RankGraphs.OnDevices(
            """
            symbol n = 0..1000
            input %0 "x": float32[n, 4]
            %1 = evergraph::all_reduce(x=%0, tp_size=2) : float32[n, 4]
            output %1 "all"
            """, 1);
        var exception = Assert.Throws<ProcessGroupException>(() => graph.Run(RankGraphs.Draw(DType.Float32, 1, 3, 4)));
        Assert.Contains("communicates over process group 'tp' of 2 ranks, and none is in force on this thread", exception.Message, StringComparison.Ordinal);
    }

    private static DType Type(string name) => Enum.GetValues<DType>().First(type => type.Name() == name);
}
