using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Tests.Cuda.Running;

namespace Evergraph.Runtime.Tests.Cuda.Communication;

/// <summary>Layers find their fastest ways when their ranks first meet, and each number of tokens then takes its own.</summary>
[Collection(CudaTest.Name)]
public sealed class CalibrationTests
{
    private static readonly LayerShape Row = new(true, 64, 32, DType.BFloat16, DType.BFloat16, null, 2);

    [Fact]
    public void ARunOfFewTokensCalibratesForMany()
    {
        RankGraphs.Require(2);

        // Nothing says how many tokens there can be.
        using var graph = RankGraphs.OnDevices(
            """
            symbol n = 0..1000000000
            input %0 "x": bfloat16[n, 16]
            input %1 "w": bfloat16[8, 16]
            %2 = evergraph::row_linear_maybe_flashcomm_fp(x=%0, weight=%1, bias=none, tp_size=2) : bfloat16[(n + 1) // 2, 8]
            output %2 "y"
            """, 2, new());
        Tensor[] Inputs(int rank) => [RankGraphs.Draw(DType.BFloat16, rank, 3, 16), RankGraphs.Draw(DType.BFloat16, 7 + rank, 8, 16)];
        Assert.Equal(2, RankGraphs.Run(graph, Inputs).Length);
        string choice = Assert.Single(graph.FlashCommChoices);
        Assert.StartsWith("row bfloat16 32 → 8, 1 node: overlaps where it is faster", choice, StringComparison.Ordinal);
        Assert.Contains(" 16384 tokens: ", choice, StringComparison.Ordinal);
        foreach (var variant in Row.Variants)
            Assert.Contains($"{variant} ", choice, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatWasMeasuredIsKept()
    {
        RankGraphs.Require(2);
        using var folder = new TemporaryFolder();
        string Choice(CudaOptions options)
        {
            using var graph = RankGraphs.OnDevices(
                """
                symbol n = 0..64
                input %0 "x": bfloat16[n, 16]
                input %1 "w": bfloat16[8, 16]
                %2 = evergraph::row_linear_maybe_flashcomm_fp(x=%0, weight=%1, bias=none, tp_size=2) : bfloat16[(n + 1) // 2, 8]
                output %2 "y"
                """, 2, options);
            RankGraphs.Run(graph, rank => [RankGraphs.Draw(DType.BFloat16, rank, 3, 16), RankGraphs.Draw(DType.BFloat16, 7 + rank, 8, 16)]);
            return Assert.Single(graph.FlashCommChoices);
        }

        // Some ten times of ways, to a tenth of a microsecond: never the same twice unless they were not measured again.
        var options = new CudaOptions { KernelCache = folder.Path };
        string measured = Choice(options);
        Assert.Equal(measured, Choice(options));
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*.times"));

        // Other circumstances have a file of their own; a damaged file is measured again.
        Assert.NotEqual(measured, Choice(options with { TuneProducts = true }));
        Assert.Equal(2, Directory.GetFiles(folder.Path, "*.times").Length);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]);
        string again = Choice(options);
        Assert.NotEqual(measured, again);
        Assert.Equal(again, Choice(options));
        Assert.NotEqual(again, Choice(options with { KernelCache = "" }));
    }

    [Fact]
    public void TheNearestMeasuredNumberOfTokensDecides()
    {
        var slots = FlashCommVariant.OfRows[0];
        (long, VariantTime[]) At(long tokens, double inTurn, double overlapped) => (tokens, [new(FlashCommVariant.InTurn, inTurn), new(slots, overlapped)]);
        var choice = FlashCommChoice.ByTime([At(128, 10, 20), At(512, 30, 25), At(2048, 100, 99)], null, Row);
        Assert.Equal(FlashCommVariant.InTurn, choice.Of(1));
        Assert.Equal(FlashCommVariant.InTurn, choice.Of(256));
        Assert.Equal(slots, choice.Of(257));
        Assert.Equal(slots, choice.Of(1024));

        // What gains hardly anything is not worth it.
        Assert.Equal(FlashCommVariant.InTurn, choice.Of(1025));
        Assert.Equal(FlashCommVariant.InTurn, choice.Of(1 << 20));
        var above = FlashCommChoice.ByTime([At(128, 10, 20)], 100, Row);
        Assert.Equal(FlashCommVariant.InTurn, above.Of(100));
        Assert.Equal(slots, above.Of(101));
    }
}
