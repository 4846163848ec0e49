using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Tests.Cuda.Running;

namespace Evergraph.Runtime.Tests.Cuda.Communication;

/// <summary>Ranks on devices that fail, do not come or disagree: every other rank learns it, and later runs work.</summary>
[Collection(CudaTest.Name)]
public sealed class RankFailureTests
{
    private const string Row = """
        symbol n = 0..1000
        input %0 "x": float32[n, 16]
        input %1 "w": float32[8, 16]
        %2 = evergraph::row_linear_maybe_flashcomm_fp(x=%0, weight=%1, bias=none, tp_size=RANKS, threshold=10) : float32[(n + LESS) // RANKS, 8] @ "model.layers.0.mlp.down_proj" "model.py":7
        output %2 "y"
        """;

    private const string FusedRow = """
        symbol n = 0..1000
        input %0 "x": int8[n, 64]
        input %1 "w": int8[64, 64]
        input %2 "s": float32[64]
        %3 = evergraph::row_linear_maybe_flashcomm_w8a8(x=%0, weight=%1, weight_scale=%2, bias=none, input_scale=0.01, input_zero_point=2, tp_size=RANKS, threshold=10, out_dtype=bfloat16) : bfloat16[(n + LESS) // RANKS, 64] @ "model.layers.0.mlp.down_proj" "model.py":7
        output %3 "y"
        """;

    [Theory]
    [InlineData(2, 5)]
    [InlineData(2, 100)]
    [InlineData(4, 5)]
    [InlineData(4, 100)]
    public void RanksThatDisagreeAllFail(int ranks, int tokens)
    {
        using var graph = Compile(ranks);

        // They know each other before: from then on they meet on their devices only.
        var ends = Ends(ranks, TimeSpan.FromSeconds(20));
        Assert.All(OnThreads(ends, end => graph.Run(Inputs(tokens, end.Rank), end)), Assert.Null);
        var failures = OnThreads(ends, end => graph.Run(Inputs(end.Rank == 0 ? tokens + 1 : tokens, end.Rank), end));
        Assert.All(failures, failure => Assert.IsType<ProcessGroupException>(failure));
        Assert.Contains(failures, failure => failure!.Message.Contains("ranks disagree", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure!.Message.Contains("model.layers.0.mlp.down_proj", StringComparison.Ordinal));
        AssertWorks(graph);
    }

    // Other tokens in the same tiles, tiles that the other rank has not, and another way altogether.
    [Theory]
    [InlineData(2, 600, 601)]
    [InlineData(2, 900, 600)]
    [InlineData(2, 600, 5)]
    [InlineData(2, 5, 600)]
    [InlineData(4, 1000, 700)]
    public void RanksThatDisagreeInOneKernelAllFailAtOnce(int ranks, int tokens, int ofRank0)
    {
        using var graph = Compile(ranks, FusedRow, new(FlashCommWay.Fused, 1) { IsPacked = true });
        var ends = Ends(ranks, TimeSpan.FromSeconds(20));
        Assert.All(OnThreads(ends, end => graph.Run(Int8Inputs(tokens, end.Rank), end)), Assert.Null);
        var failures = OnThreads(ends, end => graph.Run(Int8Inputs(end.Rank == 0 ? ofRank0 : tokens, end.Rank), end));
        Assert.All(failures, failure => Assert.IsType<ProcessGroupException>(failure));
        Assert.Contains(failures, failure => failure!.Message.Contains("ranks disagree", StringComparison.Ordinal));
        Assert.DoesNotContain(failures, failure => failure!.Message.Contains("within 20 s", StringComparison.Ordinal));
        Assert.Equal(ranks, RankGraphs.Run(graph, rank => Int8Inputs(333, rank)).Length);
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(2, 100)]
    [InlineData(3, 100)]
    public void ARankThatDoesNotComeIsNamed(int ranks, int tokens)
    {
        using var graph = Compile(ranks);
        var ends = Ends(ranks, TimeSpan.FromSeconds(1));
        Assert.All(OnThreads(ends, end => graph.Run(Inputs(tokens, end.Rank), end)), Assert.Null);
        var failures = OnThreads(ends, end => end.Rank == 1 ? [] : graph.Run(Inputs(tokens, end.Rank), end));
        for (int rank = 0; rank < ranks; rank++)
        {
            if (rank == 1)
                continue;
            Assert.IsType<ProcessGroupException>(failures[rank]);
        }

        string next = failures[ranks == 2 ? 0 : 2]!.Message;
        Assert.Contains("rank 1 ", next, StringComparison.Ordinal);
        Assert.Contains("within 1 s", next, StringComparison.Ordinal);
        AssertWorks(graph);
    }

    [Fact]
    public void ARankThatFailsBeforeItRunsIsNamed()
    {
        using var graph = Compile(2);
        var ends = Ends(2, TimeSpan.FromSeconds(1));
        Assert.All(OnThreads(ends, end => graph.Run(Inputs(7, end.Rank), end)), Assert.Null);
        var failures = OnThreads(ends, end => graph.Run(end.Rank == 1 ? [Inputs(7, 1)[0]] : Inputs(7, 0), end));
        Assert.IsType<CallException>(failures[1]);
        Assert.Contains("rank 1", Assert.IsType<ProcessGroupException>(failures[0]).Message, StringComparison.Ordinal);
        AssertWorks(graph);
    }

    private static CompiledGraph Compile(int ranks) => Compile(ranks, Row, new(FlashCommWay.Ring, 1));

    private static CompiledGraph Compile(int ranks, string row, FlashCommVariant variant)
    {
        RankGraphs.Require(ranks);
        string text = row.Replace("RANKS", ranks.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("LESS", (ranks - 1).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return RankGraphs.OnDevices(text, ranks, new() { CalibrateFlashComm = false, FlashCommVariant = variant });
    }

    private static IReadOnlyList<ThreadProcessGroup> Ends(int ranks, TimeSpan timeout) => ThreadProcessGroup.Create(ranks, timeout);

    private static Tensor[] Inputs(int tokens, int rank) => [RankGraphs.Draw(DType.Float32, rank, tokens, 16), RankGraphs.Draw(DType.Float32, 9 + rank, 8, 16)];

    private static Tensor[] Int8Inputs(int tokens, int rank) =>
        [RankGraphs.Draw(DType.Int8, rank, tokens, 64), RankGraphs.Draw(DType.Int8, 9 + rank, 64, 64), RankGraphs.Draw(DType.Float32, 5, 64)];

    private static void AssertWorks(CompiledGraph graph)
    {
        var results = RankGraphs.Run(graph, rank => Inputs(33, rank));
        Assert.Equal(graph.Ranks, results.Length);
        Assert.Equal(1, graph.Statistics.Compilations);
    }

    private static Exception?[] OnThreads(IReadOnlyList<ThreadProcessGroup> ends, Func<ThreadProcessGroup, Tensor[]> run)
    {
        var failures = new Exception?[ends.Count];
        var threads = ends.Select(end => new Thread(() => failures[end.Rank] = Record.Exception(() => run(end)))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return failures;
    }
}
