using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

public class FusedOperatorTests
{
    private static readonly DType[] Types = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16];

    [Fact]
    public void Rms_norm_with_a_residual_is_the_sum_and_its_norm()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(4)];
            long[] sizes = [random.Next(0, 4), random.Next(1, 3), random.Next(1, 40)];
            Tensor x = Numbers.Draw(random, dtype, sizes), residual = Numbers.Draw(random, dtype, sizes), weight = Numbers.Draw(random, dtype, [sizes[2]]);

            var (y, sum) = RmsNormResidual.Invoke(x, weight, residual, 1e-5);

            Assert.True(Numbers.SameBits(CustomOps.Aten.AddTensor.Invoke(x, residual), sum), $"seed {seed}: sum");
            Assert.True(Numbers.SameBits(RmsNorm.Invoke(sum, weight, 1e-5), y), $"seed {seed}: norm");
        }
    }

    [Fact]
    public void Silu_and_mul_gates_the_second_half()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(4)];
            int rows = random.Next(0, 4), width = random.Next(0, 40);
            var input = Numbers.Draw(random, dtype, [rows, 2 * width]);

            var y = SiluAndMul.Invoke(input);

            var x = Numbers.ToDoubles(input);
            var expected = new double[rows * width];
            for (int i = 0; i < expected.Length; i++)
            {
                double gate = x[(i / width * 2 * width) + (i % width)], value = x[(i / width * 2 * width) + width + (i % width)];
                expected[i] = gate / (1 + Math.Exp(-gate)) * value;
            }

            Oracle.AssertClose(expected, y, $"seed {seed}: {input}");
        }

        Assert.Equal([0.7310586f * 2], SiluAndMul.Invoke(Tensor.From([1f, 2], 2)).ReadOnlySpan<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([-0f, 200], SiluAndMul.Invoke(Tensor.From([-200f, 200, 1, 1], 4)).ReadOnlySpan<float>().ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rotary_embedding_turns_pairs_by_their_angle(bool interleaved)
    {
        for (int seed = 0; seed < 80; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(4)];
            int batch = random.Next(1, 3), tokens = random.Next(0, 5), angles = random.Next(0, 20), size = (2 * angles) + random.Next(0, 3), positions = 9;
            bool numbered = random.Next(2) == 0, perItem = random.Next(2) == 0;
            long[] rows = [.. Enumerable.Range(0, batch * tokens).Select(i => numbered ? random.Next(positions) : i % tokens)];
            for (int i = tokens; numbered && !perItem && i < rows.Length; i++)
                rows[i] = rows[i % tokens];
            var ids = !numbered ? null : perItem ? Tensor.From(rows, batch, tokens) : Tensor.From(rows[..tokens], tokens);
            Tensor q = Numbers.Draw(random, dtype, [batch, tokens, 3, size]), k = Numbers.Draw(random, dtype, [batch, tokens, 2, size]);
            var angle = Enumerable.Range(0, positions * angles).Select(_ => random.NextDouble() * 6).ToArray();
            Tensor cos = Numbers.From(dtype, [positions, angles], i => Math.Cos(angle[i])), sin = Numbers.From(dtype, [positions, angles], i => Math.Sin(angle[i]));

            var (turnedQ, turnedK) = RotaryEmbedding.Invoke(q, k, cos, sin, ids, interleaved);

            Oracle.AssertClose(Turn(q, cos, sin, rows, interleaved), turnedQ, $"seed {seed}: q {q}");
            Oracle.AssertClose(Turn(k, cos, sin, rows, interleaved), turnedK, $"seed {seed}: k {k}");
        }
    }

    [Fact]
    public void Rotary_embedding_is_what_transformers_computes()
    {
        // q·cos + rotate_half(q)·sin with rotate_half([a, b]) = [−b, a].
        var q = Tensor.From([1f, 2, 3, 4], 1, 1, 4);
        Tensor cos = Tensor.From([0.5f, 0.25f], 1, 2), sin = Tensor.From([2f, 1], 1, 2);

        Assert.Equal([0.5f - 6, 0.5f - 4, 1.5f + 2, 1 + 2], RotaryEmbedding.Invoke(q, q, cos, sin).Item1.ReadOnlySpan<float>().ToArray());
        Assert.Equal([0.5f - 4, 1 + 2, 0.75f - 4, 1 + 3], RotaryEmbedding.Invoke(q, q, cos, sin, interleaved: true).Item1.ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Wrong_operands_are_refused_by_place_expected_and_given()
    {
        Tensor q = Tensor.Zeros(DType.Float32, 5, 2, 4), table = Tensor.Zeros(DType.Float32, 4, 2);
        Refused<ShapeException>(() => RotaryEmbedding.Invoke(q, q, table, table), "there are more tokens than positions: tokens: expected 5 <= 4, given 5");
        Refused<ShapeException>(() => RotaryEmbedding.Invoke(q, q, Tensor.Zeros(DType.Float32, 5, 3), Tensor.Zeros(DType.Float32, 5, 3)), "a head has fewer features than two for each angle: rotated features: expected 6 <= 4, given 6");
        Refused<EvergraphException>(
            () => RotaryEmbedding.Invoke(q, q, table, table, Tensor.From([0L, 1, 2, 3, 4], 5)),
            "a position is not a row of cos and sin: expected 0 to 3, given 4; make the tables as long as the context");
        Refused<EvergraphException>(
            () => RotaryEmbedding.Invoke(q, q, table, table, Tensor.From([0, -1, 0, 0, 0], 5)),
            "a position is not a row of cos and sin: expected 0 to 3, given -1; make the tables as long as the context");
        Refused<ShapeException>(() => SiluAndMul.Invoke(Tensor.Zeros(DType.Float32, 3)), "the features are not two halves: the remainder by 2: expected 0, given 1");
        Refused<ShapeException>(() => RmsNormResidual.Invoke(q, Tensor.Zeros(DType.Float32, 4), Tensor.Zeros(DType.Float32, 1, 2, 4)), "residual has another size than x at dimension 0: expected 5, given 1");
    }

    [Fact]
    public void Halves_stay_symbolic()
    {
        Dim s = new Symbol("s0", 0, 4096);

        Assert.Equal("float32[s0, 128]", SiluAndMul.Fake(new(DType.Float32, [s, 256])).ToString());
        Assert.Equal("float32[s0]", SiluAndMul.Fake(new(DType.Float32, [2 * s])).ToString());
    }

    private static void Refused<TException>(Func<object> call, string text)
        where TException : Exception =>
        Assert.EndsWith(": " + text, Assert.Throws<TException>(call).Message, StringComparison.Ordinal);

    private static double[] Turn(Tensor tensor, Tensor cosines, Tensor sines, long[] rows, bool interleaved)
    {
        double[] x = Numbers.ToDoubles(tensor), y = [.. x], cos = Numbers.ToDoubles(cosines), sin = Numbers.ToDoubles(sines);
        long heads = tensor.Sizes[2], size = tensor.Sizes[3], angles = cosines.Sizes[1];
        for (long row = 0; row < rows.Length * heads; row++)
        {
            for (long i = 0; i < angles; i++)
            {
                long a = (row * size) + (interleaved ? 2 * i : i), b = (row * size) + (interleaved ? (2 * i) + 1 : i + angles);
                long angle = (rows[row / heads] * angles) + i;
                y[a] = (x[a] * cos[angle]) - (x[b] * sin[angle]);
                y[b] = (x[b] * cos[angle]) + (x[a] * sin[angle]);
            }
        }

        return y;
    }
}
