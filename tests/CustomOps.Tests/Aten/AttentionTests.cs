using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

public class AttentionTests
{
    public static TheoryData<bool> Implementations => [false, true];

    public static TheoryData<bool, DType> ImplementationsOfTypes => new()
    {
        { false, DType.Float32 },
        { false, DType.Float64 },
        { false, DType.BFloat16 },
        { true, DType.Float32 },
        { true, DType.Float64 },
        { true, DType.BFloat16 },
    };

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Attention_is_its_formula(bool isVectorized)
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var dtype = (DType)random.Next(4);
            long batch = random.Next(1, 3), keyHeads = random.Next(1, 3), group = random.Next(1, 4), heads = keyHeads * group;
            // Beyond one block of rows, and beyond whole vectors of keys and of columns.
            long rows = random.Next(3) == 0 ? random.Next(30, 70) : random.Next(0, 6), keys = random.Next(3) == 0 ? random.Next(14, 40) : random.Next(0, 6);
            long size = random.Next(1, 20), valueSize = random.Next(3) == 0 ? random.Next(60, 70) : random.Next(1, 20);
            bool causal = random.Next(3) == 0;
            double scale = random.NextDouble();
            long[] maskSizes = random.Next(3) switch { 0 => [rows, keys], 1 => [batch, 1, 1, keys], _ => [heads, rows, 1] };
            var mask = causal || random.Next(3) == 0 ? null
                : random.Next(2) == 0 ? Numbers.From(DType.Bool, maskSizes, _ => random.Next(2))
                : Numbers.Draw(random, dtype, maskSizes);
            Tensor q = Numbers.Draw(random, dtype, [batch, heads, rows, size]);
            Tensor k = Numbers.Draw(random, dtype, [batch, keyHeads, keys, size]);
            Tensor v = Numbers.Draw(random, dtype, [batch, keyHeads, keys, valueSize]);

            var y = Attend(isVectorized, q, k, v, mask, causal, scale, group > 1);

            Oracle.AssertClose(Naive(q, k, v, mask, causal, scale), y, $"seed {seed}: {q} {k} {v} mask {mask} causal {causal}", magnitude: 4, roundings: 16);
        }
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void A_row_that_sees_no_key_is_zero(bool isVectorized)
    {
        // torch._safe_softmax, which the math path uses since 2.5, gives zeros where all logits are −∞.
        Tensor q = Tensor.From([1f, 2, 3], 1, 1, 3, 1), mask = Tensor.From([true, false, false, false, true, true], 3, 2);
        var k = Tensor.From([1f, 1], 1, 1, 2, 1);
        var v = Tensor.From([5f, 7], 1, 1, 2, 1);

        Assert.Equal([5f, 0, 6], Attend(isVectorized, q, k, v, mask).ReadOnlySpan<float>().ToArray());
        var bias = Tensor.From([0f, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, 0, 0], 3, 2);
        Assert.Equal([5f, 0, 6], Attend(isVectorized, q, k, v, bias).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0f, 0, 0], Attend(isVectorized, q, Tensor.Zeros(DType.Float32, 1, 1, 0, 1), Tensor.Zeros(DType.Float32, 1, 1, 0, 1)).ReadOnlySpan<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(ImplementationsOfTypes))]
    public void A_causal_row_does_not_depend_on_the_rows_behind_it(bool isVectorized, DType dtype)
    {
        var random = new Random(11);
        const int Rows = 80;
        Tensor q = Numbers.Draw(random, dtype, [1, 2, Rows, 16]), k = Numbers.Draw(random, dtype, [1, 2, Rows, 16]), v = Numbers.Draw(random, dtype, [1, 2, Rows, 16]);
        var whole = Numbers.ToDoubles(Attend(isVectorized, q, k, v, causal: true));
        foreach (int rows in (int[])[1, 2, 15, 16, 17, 31, 32, 33, 64, 79])
        {
            Tensor First(Tensor tensor) => Numbers.From(dtype, [1, 2, rows, 16], i =>
                Numbers.ToDoubles(tensor)[(i / (rows * 16) * Rows * 16) + (i % (rows * 16))]);
            var part = Numbers.ToDoubles(Attend(isVectorized, First(q), First(k), First(v), causal: true));
            var masked = Numbers.ToDoubles(Attend(isVectorized, First(q), First(k), First(v), Numbers.From(DType.Bool, [rows, rows], i => i % rows <= i / rows ? 1 : 0)));
            Assert.Equal(part, masked);
            for (int head = 0; head < 2; head++)
                Assert.Equal(whole[(head * Rows * 16)..((head * Rows * 16) + (rows * 16))], part[(head * rows * 16)..((head + 1) * rows * 16)]);
        }
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Nan_and_infinity_stay_in_their_rows(bool isVectorized)
    {
        Tensor q = Tensor.From([1f, float.NaN, float.PositiveInfinity, 0], 1, 1, 4, 1), k = Tensor.From([1f, 1], 1, 1, 2, 1), v = Tensor.From([5f, 7], 1, 1, 2, 1);

        Assert.Equal([6f, float.NaN, float.NaN, 6], Attend(isVectorized, q, k, v).ReadOnlySpan<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Great_logits_do_not_overflow(bool isVectorized)
    {
        Tensor q = Tensor.From([1000f], 1, 1, 1, 1), k = Tensor.From([1000f, 999, -1000], 1, 1, 3, 1), v = Tensor.From([5f, 7, 9], 1, 1, 3, 1);

        Assert.Equal([5f], Attend(isVectorized, q, k, v).ReadOnlySpan<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void The_default_scale_is_one_over_the_root_of_the_head_size(bool isVectorized)
    {
        var random = new Random(2);
        Tensor q = Numbers.Draw(random, DType.Float64, [3, 9]), k = Numbers.Draw(random, DType.Float64, [4, 9]), v = Numbers.Draw(random, DType.Float64, [4, 2]);

        Assert.True(Numbers.SameBits(Attend(isVectorized, q, k, v, scale: 1.0 / 3), Attend(isVectorized, q, k, v)));
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public void Flash_attention_adds_the_logarithm_of_the_denominator(bool isVectorized)
    {
        Tensor q = Tensor.From([1f, 2], 1, 1, 2, 1), k = Tensor.From([1f, 3], 1, 1, 2, 1);

        var (y, logSumExp) = isVectorized
            ? VectorizedScaledDotProductFlashAttentionForCpu.Run(q, k, k, 0, is_causal: true, null, null)
            : ScaledDotProductFlashAttentionForCpu.Real(q, k, k, 0, is_causal: true, null, null);

        Oracle.AssertClose([1, (Math.Exp(2) + (3 * Math.Exp(6))) / (Math.Exp(2) + Math.Exp(6))], y, "values");
        Oracle.AssertClose([1, Math.Log(Math.Exp(2) + Math.Exp(6))], logSumExp, "logarithms");
        Assert.Equal("float32[1, 1, 2]", logSumExp.ToString());
    }

    [Fact]
    public void Heads_are_cut_together()
    {
        TensorType q = new(DType.Float32, [1, 8, 5, 16]), kv = new(DType.Float32, [1, 4, 5, 16]), mask = new(DType.Bool, [1, 1, 5, 5]);
        var query = new AxisQuery([], [q, kv, kv, mask], [q], 0, 1, 4);

        Assert.Equal([1, 1, 1, AxisSplit.Whole], AttentionRule(query)!.OperandAxes);
        Assert.Equal([1, 1, 1, 1], AttentionRule(query with { OperandTypes = [q, kv, kv, new(DType.Bool, [8, 5, 5])] })!.OperandAxes.Select((axis, i) => i == 3 ? axis + 1 : axis));
        // Eight parts of query heads, but only four key heads.
        Assert.Null(AttentionRule(query with { Part = 1 }));
        Assert.Null(AttentionRule(query with { Axis = 2, Part = 1 }));
        Assert.Null(AttentionRule(query with { Operand = 3, Axis = 1, Part = 1 }));
    }

    [Fact]
    public void Wrong_operands_are_refused_by_place_expected_and_given()
    {
        Tensor q = Tensor.Zeros(DType.Float32, 1, 4, 3, 8), k = Tensor.Zeros(DType.Float32, 1, 3, 5, 8), mask = Tensor.Zeros(DType.Bool, 3, 3);
        Refused(() => ScaledDotProductAttention.Invoke(q, q, q, mask, is_causal: true), "is_causal and attn_mask exclude each other: expected one of them, given both");
        Refused(() => ScaledDotProductAttention.Invoke(q, q, q, dropout_p: 0.5), "dropout is for training: expected dropout_p 0, given 0.5; export the model after eval()");
        Refused(() => ScaledDotProductAttention.Invoke(q, k, k, enable_gqa: true), "the query's heads are not a multiple of the key's: the remainder: expected 0, given 1");
        Refused(() => ScaledDotProductAttention.Invoke(q, k, k), "sizes cannot be broadcast: expected 3, given 4");
        Refused(() => ScaledDotProductAttention.Invoke(q, q, q, Tensor.Zeros(DType.Int64, 3, 3)), "attn_mask has the wrong element type: expected bool, float32 or float32, given int64");
        Refused(() => ScaledDotProductAttention.Invoke(q, Tensor.Zeros(DType.Float32, 1, 4, 3, 7), q), "the head sizes of key and query differ: expected 8, given 7");
    }

    private static Tensor Attend(
        bool isVectorized, Tensor q, Tensor k, Tensor v, Tensor? mask = null, bool causal = false, double? scale = null, bool grouped = false) => isVectorized
        ? VectorizedScaledDotProductAttention.Run(q, k, v, mask, 0, causal, scale, grouped)
        : ScaledDotProductAttention.Real(q, k, v, mask, 0, causal, scale, grouped);

    private static AxisSplit? AttentionRule(AxisQuery query) => ScaledDotProductAttention.SplitAxis(query);

    private static void Refused(Func<Tensor> call, string text) =>
        Assert.EndsWith(": " + text, Assert.Throws<ShapeException>(call).Message, StringComparison.Ordinal);

    private static double[] Naive(Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal, double scale)
    {
        double[] q = Numbers.ToDoubles(query), k = Numbers.ToDoubles(key), v = Numbers.ToDoubles(value), m = mask is null ? [] : Numbers.ToDoubles(mask);
        long batch = query.Sizes[0], heads = query.Sizes[1], rows = query.Sizes[2], size = query.Sizes[3];
        long keyHeads = key.Sizes[1], keys = key.Sizes[2], valueSize = value.Sizes[3];
        long[] maskSizes = mask is null ? [] : [.. Enumerable.Repeat(1L, 4 - mask.Rank), .. mask.Sizes];
        var y = new double[batch * heads * rows * valueSize];
        for (long b = 0; b < batch; b++)
        {
            for (long h = 0; h < heads; h++)
            {
                long kv = (b * keyHeads) + (h / (heads / keyHeads));
                for (long i = 0; i < rows; i++)
                {
                    var weights = new double[keys];
                    for (long j = 0; j < keys; j++)
                    {
                        double logit = 0;
                        for (long e = 0; e < size; e++)
                            logit += q[((((b * heads) + h) * rows) + i) * size + e] * k[((kv * keys) + j) * size + e];
                        logit *= scale;
                        if (mask is not null)
                        {
                            long At(int axis, long coordinate) => maskSizes[axis] == 1 ? 0 : coordinate;
                            double entry = m[(((((At(0, b) * maskSizes[1]) + At(1, h)) * maskSizes[2]) + At(2, i)) * maskSizes[3]) + At(3, j)];
                            logit = mask.DType == DType.Bool ? (entry != 0 ? logit : double.NegativeInfinity) : logit + entry;
                        }

                        weights[j] = causal && j > i ? 0 : Math.Exp(logit);
                    }

                    double sum = weights.Sum();
                    for (long e = 0; e < valueSize; e++)
                    {
                        double total = 0;
                        for (long j = 0; j < keys; j++)
                            total += weights[j] * v[((kv * keys) + j) * valueSize + e];
                        y[((((b * heads) + h) * rows) + i) * valueSize + e] = sum == 0 ? 0 : total / sum;
                    }
                }
            }
        }

        return y;
    }
}
