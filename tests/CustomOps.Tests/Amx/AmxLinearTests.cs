using Evergraph.CustomOps.Amx;
using Evergraph.CustomOps.Kernels;
using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Amx;

public class AmxLinearTests
{
    // Sizes around the tiles' 16, the blocks' 32, the chunks' 256 terms, the groups' 256 columns and the panels' 512 rows.
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 16, 1, 1 }, { 17, 31, 33 }, { 31, 32, 32 }, { 32, 33, 31 }, { 33, 64, 16 }, { 40, 255, 40 }, { 64, 256, 64 }, { 70, 257, 97 },
        { 33, 700, 300 }, { 511, 40, 33 }, { 513, 48, 40 }, { 1030, 33, 17 }, { 100, 513, 520 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_product_is_as_near_as_one_of_float32(int rows, int terms, int columns)
    {
        SkipWithoutMatrixUnit();
        foreach (bool hasBias in new[] { false, true })
        {
            int seed = (rows * 7919) + (terms * 31) + columns + (hasBias ? 1 : 0);
            var random = new Random(seed);
            Tensor x = Draw(random, rows, terms), weight = Draw(random, columns, terms);
            var bias = hasBias ? Draw(random, columns) : null;

            var result = AmxLinearImplementation.Run(Prepared(), x, weight, bias);

            AssertNear(result, x, weight, bias, $"seed {seed}");
        }
    }

    [Fact]
    public void Leading_dimensions_are_rows_and_a_second_call_gives_the_same_bits()
    {
        SkipWithoutMatrixUnit();
        var random = new Random(5);
        Tensor x = Draw(random, 3, 11, 40), weight = Draw(random, 70, 40);
        var prepared = Prepared();

        var first = AmxLinearImplementation.Run(prepared, x, weight, null);
        var second = AmxLinearImplementation.Run(prepared, x, weight, null);

        Assert.Equal([3, 11, 70], first.Sizes.ToArray());
        Assert.True(first.ReadOnlyBytes().SequenceEqual(second.ReadOnlyBytes()));
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.NaN)]
    public void Numbers_that_are_not_finite_give_what_float32_gives(float odd)
    {
        SkipWithoutMatrixUnit();
        var random = new Random(6);
        Tensor x = Draw(random, 20, 40), weight = Draw(random, 33, 40);
        foreach (var operand in new[] { x, weight })
        {
            var span = operand.Span<float>();
            float kept = span[45];
            span[45] = odd;
            var expected = VectorizedProducts.Instance.Linear(x, weight, null);
            Assert.True(AmxLinearImplementation.Run(Prepared(), x, weight, null).ReadOnlyBytes().SequenceEqual(expected.ReadOnlyBytes()));
            span[45] = kept;
        }
    }

    [Fact]
    public void The_largest_and_the_smallest_numbers_stay_finite_and_near()
    {
        SkipWithoutMatrixUnit();
        var x = Tensor.Zeros(DType.Float32, 16, 32);
        var weight = Tensor.Zeros(DType.Float32, 32, 32);
        for (int i = 0; i < 16; i++)
            x.Span<float>()[i * 33] = i % 2 == 0 ? float.MaxValue : 1e-25f;
        for (int i = 0; i < 32; i++)
            weight.Span<float>()[i * 33] = 1;

        var result = AmxLinearImplementation.Run(Prepared(), x, weight, null);

        for (int i = 0; i < 16; i++)
            Assert.Equal(x.ReadOnlySpan<float>()[i * 33], result.ReadOnlySpan<float>()[i * 33]);
    }

    [Fact]
    public void Few_rows_and_weights_that_may_change_are_vectorised()
    {
        var random = new Random(7);
        Tensor few = Draw(random, 3, 40), many = Draw(random, 40, 40), weight = Draw(random, 33, 40);

        Assert.True(AmxLinearImplementation.Run(Prepared(), few, weight, null).ReadOnlyBytes().SequenceEqual(VectorizedProducts.Instance.Linear(few, weight, null).ReadOnlyBytes()));
        var expected = VectorizedProducts.Instance.Linear(many, weight, null);
        Assert.True(AmxLinearImplementation.Run(null, many, weight, null).ReadOnlyBytes().SequenceEqual(expected.ReadOnlyBytes()));
        Assert.True(AmxLinearImplementation.Run(new([true, false, true]), many, weight, null).ReadOnlyBytes().SequenceEqual(expected.ReadOnlyBytes()));
    }

    [Fact]
    public void Many_threads_share_a_weight()
    {
        SkipWithoutMatrixUnit();
        var random = new Random(8);
        var weight = Draw(random, 130, 70);
        var inputs = Enumerable.Range(16, 24).Select(rows => Draw(random, rows, 70)).ToArray();
        var prepared = Prepared();
        Parallel.For(0, 200, i => AssertNear(AmxLinearImplementation.Run(prepared, inputs[i % inputs.Length], weight, null), inputs[i % inputs.Length], weight, null, $"call {i}"));
    }

    internal static void SkipWithoutMatrixUnit() => Assert.SkipUnless(AmxLinearImplementation.Probe().IsAvailable, AmxLinearImplementation.Probe().Reason);

    internal static Tensor Draw(Random random, params long[] sizes)
    {
        var tensor = Tensor.Empty(DType.Float32, sizes);
        foreach (ref float number in tensor.Span<float>())
            number = (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-6, 6)));
        return tensor;
    }

    private static PreparedOperands Prepared() => new([false, true, true]);

    /// <summary>
    /// Against float64. Splitting loses less than 2⁻²³ of each product; each of the 6·K additions rounds by at most 2⁻²⁴ of the sum so far, which
    /// Σ|x·w| bounds, and roundings of random sign add up like √(6·K): |error| ≤ (2⁻²³ + √K·2⁻²²)·Σ|x·w| leaves room for the worst of thousands.
    /// </summary>
    private static void AssertNear(Tensor result, Tensor x, Tensor weight, Tensor? bias, string what)
    {
        int terms = (int)weight.Sizes[1], columns = (int)weight.Sizes[0];
        float[] a = x.ReadOnlySpan<float>().ToArray(), b = weight.ReadOnlySpan<float>().ToArray(), y = result.ReadOnlySpan<float>().ToArray();
        for (int i = 0; i < a.Length / terms; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double sum = bias is null ? 0 : bias.ReadOnlySpan<float>()[j], size = Math.Abs(sum);
                for (int k = 0; k < terms; k++)
                {
                    double product = (double)a[(i * terms) + k] * b[(j * terms) + k];
                    sum += product;
                    size += Math.Abs(product);
                }

                double bound = (Math.Pow(2, -23) + (Math.Sqrt(terms) * Math.Pow(2, -22))) * size;
                double error = Math.Abs(sum - y[(i * columns) + j]);
                Assert.True(error <= bound, $"{what}: [{i}, {j}]: expected {sum}, given {y[(i * columns) + j]}: error {error}, bound {bound}");
            }
        }
    }
}
