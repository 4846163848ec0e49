using System.Runtime.InteropServices;
using Evergraph.CustomOps;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Runtime.Tests;

/// <summary>Exchanges of all sizes, in which an implementation may cut tensors into pieces or send small ones another way.</summary>
public abstract class ProcessGroupSizesConformance
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    /// <summary>Elements per rank: around what a small tensor and what a piece may have, and sizes that ranks do not divide.</summary>
    public static TheoryData<DType, long> Sizes => new()
    {
        { DType.Float32, 0 },
        { DType.Float32, 1 },
        { DType.Float32, 1365 },
        { DType.Float32, 1366 },
        { DType.Float32, 87_381 },
        { DType.Float32, 262_144 },
        { DType.Float32, 262_145 },
        { DType.Float64, 140_001 },
        { DType.BFloat16, 8_193 },
        { DType.BFloat16, 530_007 },
        { DType.Float16, 10_000 },
        { DType.Int8, 1_048_577 },
        { DType.Int64, 131_073 },
    };

    /// <inheritdoc cref="ProcessGroupConformance.Run"/>
    protected abstract T[] Run<T>(int size, Func<IProcessGroup, T> body);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Bits_are_those_of_sums_in_the_order_of_ranks(DType dtype, long elements)
    {
        var given = Run(3, group => Collectives(group, dtype, elements));
        var expected = RankThreads.Run(3, Never, group => Collectives(group, dtype, elements));
        for (int rank = 0; rank < 3; rank++)
            Assert.Equal(expected[rank], given[rank]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(262_144)]
    [InlineData(1_000_001)]
    public void Messages_of_all_sizes_go_both_ways_at_once(int elements)
    {
        Run(3, group =>
        {
            var sent = Values(DType.Float32, group.Rank, elements);
            for (int to = 0; to < 3; to++)
            {
                if (to != group.Rank)
                    group.Send(sent, to, to);
            }

            for (int from = 0; from < 3; from++)
            {
                if (from == group.Rank)
                    continue;
                var into = Tensor.Empty(DType.Float32, elements);
                group.Receive(into, from, group.Rank);
                Assert.True(Values(DType.Float32, from, elements).ReadOnlyBytes().SequenceEqual(into.ReadOnlyBytes()));
            }

            group.CompleteSends();
            return 0;
        });
    }

    [Fact]
    public void A_message_that_is_not_received_yet_does_not_hold_up_a_collective()
    {
        Run(2, group =>
        {
            var sent = Values(DType.Float32, group.Rank, 3_000_000);
            group.Send(sent, 1 - group.Rank, 0);
            Assert.Equal(3f, Sum(group));
            var into = Tensor.Empty(DType.Float32, 3_000_000);
            group.Receive(into, 1 - group.Rank, 0);
            group.CompleteSends();
            Assert.True(Values(DType.Float32, 1 - group.Rank, 3_000_000).ReadOnlyBytes().SequenceEqual(into.ReadOnlyBytes()));
            return 0;
        });
    }

    [Fact]
    public void Calls_of_changing_sizes_follow_each_other_at_once()
    {
        Run(3, group =>
        {
            foreach (long elements in new long[] { 5, 300_000, 7, 5_000, 262_144, 1, 800_000, 4_096, 4_097 })
            {
                var x = Tensor.Zeros(DType.Int32, elements);
                x.Span<int>().Fill(group.Rank + 1);
                var sum = Tensor.Empty(DType.Int32, elements);
                group.AllReduce(new("evergraph::test", x), x, sum);
                Assert.Equal(-1, sum.ReadOnlySpan<int>().IndexOfAnyExcept(6));
            }

            return 0;
        });
    }

    private static float Sum(IProcessGroup group)
    {
        Tensor x = Tensor.From([group.Rank + 1f], 1), sum = Tensor.Empty(DType.Float32, 1);
        group.AllReduce(new("evergraph::test", x), x, sum);
        return sum.ReadOnlySpan<float>()[0];
    }

    private static byte[] Collectives(IProcessGroup group, DType dtype, long elements)
    {
        // An all-reduce and a reduce-scatter of three blocks, and an all-gather.
        Tensor part = Values(dtype, group.Rank, elements), x = Values(dtype, group.Rank, 3 * elements);
        Tensor sum = Tensor.Empty(dtype, 3 * elements), block = Tensor.Empty(dtype, elements), all = Tensor.Empty(dtype, 3 * elements);
        group.AllReduce(new("evergraph::test", x), x, sum);
        group.AllGather(new("evergraph::test", part), part, all);
        group.ReduceScatter(new("evergraph::test", x), x, block);
        return [.. sum.ReadOnlyBytes(), .. all.ReadOnlyBytes(), .. block.ReadOnlyBytes()];
    }

    // Values of many magnitudes, so that the order of additions shows in the bits.
    private static Tensor Values(DType dtype, int rank, long elements)
    {
        var random = new Random((int)elements + rank);
        if (dtype is DType.Int8 or DType.Int64)
        {
            var integers = Tensor.Empty(dtype, elements);
            random.NextBytes(integers.Bytes());
            return integers;
        }

        // Random signs and fractions; exponents of 2⁻⁷ to 2⁸.
        var values = Tensor.Empty(DType.Float32, elements);
        random.NextBytes(values.Bytes());
        foreach (ref uint bits in MemoryMarshal.Cast<byte, uint>(values.Bytes()))
            bits = (bits & 0x807F_FFFF) | ((120 + ((bits >> 23) & 15)) << 23);
        return Casts.To(values, dtype);
    }
}
