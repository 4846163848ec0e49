using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Tests.Cuda.Communication;

/// <summary>Ranks whose devices may not use each other's memory: collectives are NCCL's, and layers go one after the other.</summary>
[Collection(CudaTest.Name)]
public sealed class NcclPathTests
{
    private static readonly int[] Sizes = [1, 2, 0, 5, 64, 300, 3];

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void CollectivesAgree(int ranks) => Compare(
        $"""
        symbol n = 0..1000
        input %0 "x": bfloat16[n, 16]
        input %1 "y": bfloat16[(n + {ranks - 1}) // {ranks}, 8]
        %2 = evergraph::all_reduce(x=%0, tp_size={ranks}) : bfloat16[n, 16]
        %3 = evergraph::reduce_scatter(x=%0, dim=0, tp_size={ranks}) : bfloat16[(n + {ranks - 1}) // {ranks}, 16]
        %4 = evergraph::all_gather(x=%1, dim=0, size=n, tp_size={ranks}) : bfloat16[n, 8]
        output %2 "all"
        output %3 "part"
        output %4 "whole"
        """, ranks, (n, rank) => [RankGraphs.Draw(DType.BFloat16, n + rank, n, 16), RankGraphs.Draw(DType.BFloat16, 50 + rank, (n + ranks - 1) / ranks, 8)]);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void LayersAgree(int ranks) => Compare(
        $"""
        symbol n = 0..1000
        input %0 "x": bfloat16[n, 64]
        input %1 "w": bfloat16[48, 64]
        input %2 "v": bfloat16[32, 48]
        %3 = evergraph::row_linear_maybe_flashcomm_fp(x=%0, weight=%1, bias=none, tp_size={ranks}, threshold=2) : bfloat16[(n + {ranks - 1}) // {ranks}, 48]
        %4 = evergraph::column_linear_maybe_flashcomm_fp(x=%3, weight=%2, bias=none, num_tokens=n, tp_size={ranks}, threshold=2) : bfloat16[n, 32]
        output %3 "rows"
        output %4 "columns"
        """, ranks, (n, rank) => [RankGraphs.Draw(DType.BFloat16, n + rank, n, 64), RankGraphs.Draw(DType.BFloat16, 7 + rank, 48, 64), RankGraphs.Draw(DType.BFloat16, 3 + rank, 32, 48)]);

    [Fact]
    public void RanksThatDisagreeOnASizeAreTold()
    {
        Require(2);
        using var graph = RankGraphs.OnDevices(
            """
            symbol n = 0..1000
            input %0 "x": bfloat16[n, 16]
            %1 = evergraph::all_reduce(x=%0, tp_size=2) : bfloat16[n, 16]
            output %1 "all"
            """, 2, new() { PeerAccess = false });
        Tensor[] Inputs(int n) => [RankGraphs.Draw(DType.BFloat16, n, n, 16)];
        var exception = Assert.ThrowsAny<Exception>(() => RankGraphs.Run(graph, rank => Inputs(4 + rank)));
        Assert.Contains("disagree on the sizes of a run", exception.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, RankGraphs.Run(graph, _ => Inputs(4)).Length);
    }

    private static void Compare(string text, int ranks, Func<int, int, Tensor[]> inputs)
    {
        Require(ranks);
        RankGraphs.Compare(text, ranks, Sizes, inputs, new() { PeerAccess = false });
    }

    private static void Require(int devices)
    {
        RankGraphs.Require(devices);
        Assert.SkipUnless(CudaLibraries.WhyMissing(CudaLibraries.Nccl) is null, CudaLibraries.WhyMissing(CudaLibraries.Nccl) ?? "");
    }
}
