using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.CustomOps.Tests;

public class CollectiveTests
{
    [Fact]
    public void Collectives_equal_their_definitions_and_their_fakes()
    {
        for (int seed = 1; seed <= 150; seed++)
        {
            var random = new Random(seed);
            int ranks = random.Next(1, 6), rank = random.Next(1, 4), axis = random.Next(rank);
            var sizes = Enumerable.Range(0, rank).Select(_ => (long)random.Next(0, 4)).ToArray();
            sizes[axis] = random.Next(0, 12);
            var dtype = new[] { DType.Float32, DType.Float16, DType.Int8, DType.Int64 }[random.Next(4)];
            var whole = Numbers.From(dtype, sizes, _ => random.Next(-8, 9));
            int dim = random.Next(2) == 0 ? axis : axis - rank;
            try
            {
                Check(whole, axis, dim, ranks);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {whole.Type}, axis {axis}, {ranks} ranks: {exception.Message}", exception);
            }
        }
    }

    [Fact]
    public void Fakes_keep_sizes_symbolic()
    {
        var n = new Symbol("n", 0, Symbol.Unbounded);
        var graph = Tracer.Trace([new("x", new(DType.Float32, [n, 4]))], inputs =>
        {
            var shard = TokenShard.Invoke(inputs[0], 0, 4);
            return [shard, AllGather.Invoke(shard, 0, n, 4), ReduceScatter.Invoke(inputs[0], -2, 4), AllReduce.Invoke(inputs[0], 4)];
        });
        Assert.Equal(
            ["float32[(n + 3) // 4, 4]", "float32[n, 4]", "float32[(n + 3) // 4, 4]", "float32[n, 4]"],
            graph.Outputs.Select(output => graph.TypeOf(output.Value).ToString()));
        Assert.Empty(graph.Requirements);
    }

    [Fact]
    public void Fakes_refuse_what_cannot_be()
    {
        var x = Tensor.From([1f, 2f], 2);
        Assert.Contains("dim is out of range: expected -1 to 0 for float32[2], given 1", Error(() => TokenShard.Invoke(x, 1, 2)), StringComparison.Ordinal);
        Assert.Contains("tp_size is not a number of ranks: expected at least 1, given 0", Error(() => AllReduce.Invoke(x, 0)), StringComparison.Ordinal);
        Assert.Contains("the part's size along dim is not ceil(size / tp_size): expected 3, given 2", Error(() => AllGather.Invoke(x, 0, 5, 2)), StringComparison.Ordinal);
        Assert.Contains("a sum over ranks is of numbers", Error(() => AllReduce.Invoke(Tensor.From([true], 1), 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_group_or_with_one_of_another_size_the_error_says_so()
    {
        var x = Tensor.From([1f], 1);
        Assert.Equal(
            "evergraph::all_reduce communicates over process group 'tp' of 2 ranks, and none is in force on this thread: pass a group to Run, or put one in force with ProcessGroup.Use",
            Assert.Throws<ProcessGroupException>(() => AllReduce.Invoke(x, 2)).Message);
        using var scope = ProcessGroup.Use(ThreadProcessGroup.Create(3, TimeSpan.FromMinutes(1))[0]);
        Assert.Equal(
            "evergraph::all_reduce: process group 'tp' has the wrong size: expected 2 ranks, as the operator's tp_size, given 3; split the model for as many ranks as it runs on",
            Assert.Throws<ProcessGroupException>(() => AllReduce.Invoke(x, 2)).Message);
    }

    [Fact]
    public void Groups_nest_and_are_taken_out_again()
    {
        var (outer, inner, other) = (Group("tp"), Group("tp"), Group("dp"));
        using (ProcessGroup.Use(outer))
        {
            using (ProcessGroup.Use(other))
            using (ProcessGroup.Use(inner))
                Assert.Equal((inner, other), (ProcessGroup.Current, ProcessGroup.Find("dp")));
            Assert.Equal((outer, null), (ProcessGroup.Current, ProcessGroup.Find("dp")));
        }

        Assert.Null(ProcessGroup.Current);
    }

    [Fact]
    public void Ranks_that_disagree_on_tokens_all_get_an_error()
    {
        // 5 and 6 tokens make shards of the same size, and lie on the two sides of the threshold.
        foreach (long threshold in new long[] { 0, 5, 100 })
        {
            var errors = new string?[2];
            Assert.Throws<ProcessGroupException>(() => RankThreads.Run<int>(2, TimeSpan.FromHours(1), group =>
            {
                Tensor x = Tensor.Zeros(DType.Float32, 3, 1), weight = Tensor.Zeros(DType.Float32, 1, 1);
                var error = Assert.Throws<ProcessGroupException>(() => ColumnLinearMaybeFlashCommFp.Invoke(x, weight, null, 5 + group.Rank, 2, threshold: threshold));
                errors[group.Rank] = error.Message;
                throw error;
            }));
            Assert.All(errors, error =>
            {
                Assert.Contains("rank 0 calls ", error, StringComparison.Ordinal);
                Assert.Contains("evergraph::column_linear_maybe_flashcomm_fp(float32[3, 1], 5 tokens), rank 1 calls ", error, StringComparison.Ordinal);
                Assert.Contains("evergraph::column_linear_maybe_flashcomm_fp(float32[3, 1], 6 tokens)", error, StringComparison.Ordinal);
            });
        }
    }

    private static ThreadProcessGroup Group(string name) => ThreadProcessGroup.Create(1, TimeSpan.FromMinutes(1), name)[0];

    private static string Error(Func<Tensor> call) => Assert.Throws<ShapeException>(call).Message;

    private static void Check(Tensor whole, int axis, int dim, int ranks)
    {
        var expected = Numbers.ToDoubles(whole);
        var results = RankThreads.Run(ranks, _ =>
        {
            var shard = TokenShard.Invoke(whole, dim, ranks);
            return (
                Shard: shard,
                Gathered: AllGather.Invoke(shard, dim, whole.Sizes[axis], ranks),
                Sum: AllReduce.Invoke(whole, ranks),
                Scattered: ReduceScatter.Invoke(whole, dim, ranks));
        });
        for (int rank = 0; rank < ranks; rank++)
        {
            var part = Numbers.PaddedPart(whole, axis, ranks, rank, 0);
            Assert.True(Numbers.SameBits(part, results[rank].Shard), "token_shard");
            Assert.True(Numbers.SameBits(whole, results[rank].Gathered), "all_gather");
            Assert.Equal(whole.Type, results[rank].Sum.Type);
            Assert.Equal(expected.Select(number => Wrap(number * ranks, whole.DType)), Numbers.ToDoubles(results[rank].Sum));
            Assert.Equal(part.Type, results[rank].Scattered.Type);
            Assert.Equal(Numbers.ToDoubles(part).Select(number => Wrap(number * ranks, whole.DType)), Numbers.ToDoubles(results[rank].Scattered));
        }
    }

    private static double Wrap(double number, DType dtype) => dtype == DType.Int8 ? unchecked((sbyte)(long)number) : number;
}
