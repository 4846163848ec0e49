using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

public class GroupedQueryAttentionTests
{
    public static TheoryData<DType> Types => [DType.Float32, DType.Float64, DType.BFloat16, DType.Float16];

    [Theory]
    [MemberData(nameof(Types))]
    public void Tiles_give_what_the_formula_gives(DType dtype)
    {
        // On both sides of a tile of 128 keys, of a block of 64 rows, of 64 columns, and of a vector.
        foreach (int keys in (int[])[0, 1, 17, 127, 128, 129, 300])
        {
            var random = new Random(keys);
            for (int draw = 0; draw < 4; draw++)
            {
                bool causal = draw % 2 == 0;
                int rows = causal ? keys : random.Next(0, 140), keyHeads = random.Next(1, 4), group = random.Next(1, 6), size = random.Next(1, 40), valueSize = random.Next(2) == 0 ? random.Next(1, 40) : random.Next(60, 140);
                double? scale = random.Next(2) == 0 ? null : 3;
                var q = Numbers.Draw(random, dtype, [2, rows, keyHeads * group, size]);
                var k = Numbers.Draw(random, dtype, [2, keys, keyHeads, size]);
                var v = Numbers.Draw(random, dtype, [2, keys, keyHeads, valueSize]);

                var given = VectorizedGroupedQueryAttention.Run(q, k, v, scale, causal);

                var expected = GroupedQueryAttention.Real(q, k, v, scale, causal);
                Oracle.AssertClose(Numbers.ToDoubles(expected), given, $"keys {keys}, draw {draw}: {q} {k} {v} causal {causal}", magnitude: 16, roundings: 64);
            }
        }
    }

    [Fact]
    public void Query_heads_in_a_row_share_a_head_of_keys()
    {
        // Values say which head they are of; there is one key, which every query takes.
        Tensor q = Tensor.Zeros(DType.Float32, 1, 1, 6, 2), k = Tensor.Zeros(DType.Float32, 1, 1, 2, 2), v = Tensor.From([10f, 20f], 1, 1, 2, 1);

        Assert.Equal([10f, 10, 10, 20, 20, 20], GroupedQueryAttention.Real(q, k, v, null, false).ReadOnlySpan<float>().ToArray());
        Assert.Equal([10f, 10, 10, 20, 20, 20], VectorizedGroupedQueryAttention.Run(q, k, v, null, false).ReadOnlySpan<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_causal_row_is_the_same_bit_for_bit_in_a_run_of_any_length(DType dtype)
    {
        var random = new Random(5);
        const int Whole = 300, Width = 4 * 20;
        Tensor q = Numbers.Draw(random, dtype, [1, Whole, 4, 20]), k = Numbers.Draw(random, dtype, [1, Whole, 2, 20]), v = Numbers.Draw(random, dtype, [1, Whole, 2, 20]);
        double[] whole = Numbers.ToDoubles(VectorizedGroupedQueryAttention.Run(q, k, v, 5, true));
        foreach (int rows in (int[])[1, 15, 31, 32, 33, 127, 128, 129, 200, 256, 257])
        {
            Tensor First(Tensor tensor)
            {
                double[] numbers = Numbers.ToDoubles(tensor);
                return Numbers.From(dtype, [1, rows, tensor.Sizes[2], tensor.Sizes[3]], i => numbers[i]);
            }

            Assert.Equal(whole[..(rows * Width)], Numbers.ToDoubles(VectorizedGroupedQueryAttention.Run(First(q), First(k), First(v), 5, true)));
        }
    }

    [Fact]
    public void The_greatest_logit_may_come_in_any_tile()
    {
        foreach (int place in (int[])[0, 100, 128, 250, 299])
        {
            Tensor q = Tensor.From([1000f], 1, 1, 1, 1), k = Numbers.From(DType.Float32, [1, 300, 1, 1], i => i == place ? 1000 : -1000 + i), v = Numbers.From(DType.Float32, [1, 300, 1, 1], i => i);
            Assert.Equal([(float)place], VectorizedGroupedQueryAttention.Run(q, k, v, 1, false).ReadOnlySpan<float>().ToArray());
        }
    }

    [Fact]
    public void Nan_and_infinity_stay_in_their_rows()
    {
        Tensor q = Tensor.From([1f, float.NaN, float.PositiveInfinity, 0], 1, 4, 1, 1), k = Tensor.From([1f, 1], 1, 2, 1, 1), v = Tensor.From([5f, 7], 1, 2, 1, 1);

        Assert.Equal([6f, float.NaN, float.NaN, 6], VectorizedGroupedQueryAttention.Run(q, k, v, 1, false).ReadOnlySpan<float>().ToArray());
    }

    [Theory]
    [InlineData(4, 3, 2, false, "q's heads are not a multiple of k's: the remainder: expected 0, given 1")]
    [InlineData(4, 2, 3, true, "causal attention is of a sequence to itself: the lengths of k and q differ: expected 2, given 3")]
    public void Mistakes_are_named(long heads, long keyHeads, long keys, bool causal, string text)
    {
        Tensor q = Tensor.Zeros(DType.Float32, 1, 2, heads, 4), k = Tensor.Zeros(DType.Float32, 1, keys, keyHeads, 4);

        var error = Assert.Throws<ShapeException>(() => GroupedQueryAttention.Invoke(q, k, k, null, causal));

        Assert.EndsWith(text, error.Message, StringComparison.Ordinal);
    }
}
