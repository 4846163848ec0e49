using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Runtime.Tests;

/// <summary>What every kind of process group does. Each kind's tests inherit it.</summary>
public abstract class ProcessGroupConformance
{
    // Long enough that a test which runs into it has hung.
    protected static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    /// <summary>The ends of a new group, rank 0's first.</summary>
    protected abstract IReadOnlyList<IProcessGroup> Create(int size, TimeSpan timeout);

    /// <summary>Runs the same code on every rank of a new group, each on a thread, and throws what the first that failed threw.</summary>
    protected abstract T[] Run<T>(int size, Func<IProcessGroup, T> body);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Ranks_sum_gather_and_scatter(int size)
    {
        Run(size, group =>
        {
            var x = Tensor.From([.. Enumerable.Range(0, size).Select(i => (group.Rank + 1) * (i + 1))], size);
            int ranks = size * (size + 1) / 2;

            var sum = Tensor.Empty(DType.Int32, size);
            group.AllReduce(Call(x), x, sum);
            Assert.Equal(Enumerable.Range(0, size).Select(i => ranks * (i + 1)), sum.ReadOnlySpan<int>().ToArray());

            var block = Tensor.Empty(DType.Int32, 1);
            group.ReduceScatter(Call(x), x, block);
            Assert.Equal([ranks * (group.Rank + 1)], block.ReadOnlySpan<int>().ToArray());

            var all = Tensor.Empty(DType.Int32, size, size);
            group.AllGather(Call(x), x, all);
            Assert.Equal(
                Enumerable.Range(0, size * size).Select(i => ((i / size) + 1) * ((i % size) + 1)),
                all.ReadOnlySpan<int>().ToArray());
            return 0;
        });
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Sums_of_16_bit_types_round_once(DType dtype)
    {
        // 1 + ε/2 + ε/2 with ε the step at 1: rounding after each addition loses both halves.
        double step = dtype == DType.Float16 ? Math.Pow(2, -10) : Math.Pow(2, -7);
        var sums = Run(3, group =>
        {
            var x = Evergraph.CustomOps.Kernels.Casts.To(Tensor.From([group.Rank == 0 ? 1 : step / 2], 1), dtype);
            var sum = Tensor.Empty(dtype, 1);
            group.AllReduce(Call(x), x, sum);
            return Evergraph.CustomOps.Kernels.Casts.To(sum, DType.Float64).ReadOnlySpan<double>()[0];
        });
        Assert.All(sums, sum => Assert.Equal(1 + step, sum));
    }

    [Fact]
    public void Messages_of_a_tag_arrive_in_order_and_other_tags_apart()
    {
        Run(2, group =>
        {
            if (group.Rank == 0)
            {
                group.Send(Tensor.From([1], 1), 1, tag: 5);
                group.Send(Tensor.From([2], 1), 1, tag: 6);
                group.Send(Tensor.From([3], 1), 1, tag: 5);
                group.CompleteSends();
                return 0;
            }

            Assert.Equal([2, 1, 3], new long[] { 6, 5, 5 }.Select(tag => Receive(group, 0, tag)));
            return 0;
        });
    }

    [Fact]
    public void A_sender_keeps_its_tensor_until_it_is_received()
    {
        // Rank 0 overwrites what it sent as soon as it may; rank 1 receives only after rank 0 has come that far or waits.
        var received = Run(2, group =>
        {
            var x = Tensor.From([1], 1);
            if (group.Rank == 1)
                return Receive(group, 0, 0);
            group.Send(x, 1, 0);
            group.CompleteSends();
            x.Span<int>()[0] = -1;
            return 1;
        });
        Assert.Equal([1, 1], received);
    }

    [Fact]
    public void A_failed_rank_is_named_on_every_other_one()
    {
        var cause = new InvalidOperationException("the weights are gone");
        var errors = new ProcessGroupException?[3];
        var thrown = Assert.Throws<ProcessGroupException>(() => Run<int>(3, group =>
        {
            if (group.Rank == 1)
                throw cause;
            errors[group.Rank] = Assert.Throws<ProcessGroupException>(() => Reduce(group));
            throw errors[group.Rank]!;
        }));

        Assert.Equal("rank 1 failed: the weights are gone", thrown.Message);
        Assert.Equal(1, thrown.Rank);
        Assert.Same(cause, thrown.InnerException);
        foreach (int rank in new[] { 0, 2 })
            Assert.Equal((thrown.Message, 1), (errors[rank]!.Message, errors[rank]!.Rank));
    }

    [Fact]
    public void A_rank_that_does_not_come_is_named_and_a_late_one_learns_it()
    {
        var ends = Create(3, Soon);
        var x = Tensor.From([1f], 1);
        var error = Assert.Throws<ProcessGroupException>(() => Reduce(ends[0]));
        Assert.Equal(
            "ranks 1, 2 of process group 'tp' did not call all-reduce for evergraph::test(float32[1]) within 0.02 s; look there for what is stuck, or give the group a longer timeout",
            error.Message);
        Assert.Equal(1, error.Rank);
        Assert.Equal(error.Message, Assert.Throws<ProcessGroupException>(() => Reduce(ends[2])).Message);
        Assert.Equal(error.Message, Assert.Throws<ProcessGroupException>(() => ends[1].Send(x, 0, 0)).Message);
    }

    [Fact]
    public void A_message_that_does_not_come_or_is_not_taken_names_the_rank()
    {
        var error = Assert.Throws<ProcessGroupException>(() => Receive(Create(3, Soon)[0], 2, tag: 9));
        Assert.StartsWith("rank 2 of process group 'tp' did not send message 9 to rank 0 within 0.02 s", error.Message, StringComparison.Ordinal);

        var sender = Create(3, Soon)[0];
        sender.Send(Tensor.From([1f], 1), 2, 0);
        error = Assert.Throws<ProcessGroupException>(sender.CompleteSends);
        Assert.StartsWith("rank 2 of process group 'tp' did not receive what rank 0 sent within 0.02 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_of_another_type_is_an_error_on_both_sides()
    {
        var errors = Errors(2, group =>
        {
            if (group.Rank == 0)
            {
                group.Send(Tensor.From([1f, 2f], 2), 1, 0);
                group.CompleteSends();
            }
            else
            {
                Receive(group, 0, 0);
            }
        });
        Assert.All(errors, error => Assert.Equal("rank 0 sent rank 1 another tensor than it waits for (message 0): expected int32[1], given float32[2]", error?.Message));
    }

    [Fact]
    public void A_rank_that_finishes_is_not_waited_for()
    {
        var error = Assert.Throws<ProcessGroupException>(() => Run(2, group =>
        {
            if (group.Rank == 0)
                Reduce(group);
            return 0;
        }));
        Assert.Equal("rank 1 of process group 'tp' finished and did not call all-reduce for evergraph::test(float32[1])", error.Message);
    }

    [Theory]
    [InlineData("shape", "all-reduce for evergraph::test(float32[1])", "all-reduce for evergraph::test(float32[2])")]
    [InlineData("dtype", "all-reduce for evergraph::test(float32[1])", "all-reduce for evergraph::test(float64[1])")]
    [InlineData("operator", "all-reduce for evergraph::test(float32[1])", "all-reduce for evergraph::other(float32[1])")]
    [InlineData("step", "all-reduce for evergraph::test(float32[1])", "exchange for evergraph::test(float32[1])")]
    [InlineData("tokens", "all-reduce for evergraph::test(float32[1])", "all-reduce for evergraph::test(float32[1], 5 tokens)")]
    public void Ranks_that_disagree_all_get_an_error_that_names_both(string difference, string first, string last)
    {
        var errors = Errors(3, group =>
        {
            var one = Tensor.From([1f], 1);
            if (group.Rank < 2)
            {
                Reduce(group);
                return;
            }

            var x = difference switch { "shape" => Tensor.From([1f, 1f], 2), "dtype" => Tensor.From([1.0], 1), _ => one };
            var call = new CollectiveCall(difference == "operator" ? "evergraph::other" : "evergraph::test", x, difference == "tokens" ? 5 : null);
            if (difference == "step")
                group.Barrier(call);
            else
                group.AllReduce(call, x, Tensor.Empty(x.DType, x.Sizes));
        });
        Assert.All(errors, error => Assert.Equal(
            $"ranks of process group 'tp' disagree: rank 0 calls {first}, rank 2 calls {last}; every rank must call the same operators in the same order, with the same sizes and tokens",
            error?.Message));
    }

    [Fact]
    public void After_a_failure_a_new_group_works()
    {
        Assert.Throws<ProcessGroupException>(() => Run<int>(2, _ => throw new InvalidOperationException("no")));
        Assert.Equal([2f, 2f], Run(2, Reduce));
    }

    protected ProcessGroupException?[] Errors(int size, Action<IProcessGroup> body)
    {
        var errors = new ProcessGroupException?[size];
        Assert.Throws<ProcessGroupException>(() => Run<int>(size, group =>
        {
            errors[group.Rank] = Assert.Throws<ProcessGroupException>(() => body(group));
            throw errors[group.Rank]!;
        }));
        return errors;
    }

    protected static CollectiveCall Call(Tensor x) => new("evergraph::test", x);

    protected static float Reduce(IProcessGroup group)
    {
        Tensor x = Tensor.From([1f], 1), sum = Tensor.Empty(DType.Float32, 1);
        group.AllReduce(Call(x), x, sum);
        return sum.ReadOnlySpan<float>()[0];
    }

    protected static int Receive(IProcessGroup group, int from, long tag)
    {
        var into = Tensor.Empty(DType.Int32, 1);
        group.Receive(into, from, tag);
        return into.ReadOnlySpan<int>()[0];
    }
}
