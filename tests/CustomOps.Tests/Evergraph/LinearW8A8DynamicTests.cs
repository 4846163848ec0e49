using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

public class LinearW8A8DynamicTests
{
    private delegate Tensor Implementation(Tensor x, Tensor weight, Tensor weightScale, Tensor? bias, DType? outDtype);

    private static readonly Implementation[] Implementations = [LinearW8A8Dynamic.Real, VectorizedLinearW8A8Dynamic.Run];

    [Fact]
    public void Numbers_are_those_of_the_formula()
    {
        // s = 2.54 / 127 = 0.02: q = [127, −50, 0], and 2 / 127: q = [32, 127, −64] with the ties 31.75, 127, −63.5.
        var x = Tensor.From([2.54f, -1f, 0.0099f, 0.5f, 2f, -1f], 2, 3);
        var weight = Tensor.From(new sbyte[] { 1, 2, 3, -128, 0, 1 }, 2, 3);
        var scale = Tensor.From([0.5f, 0.25f], 2);
        var bias = Tensor.From([10f, 20f], 2);
        double[] expected =
        [
            ((127 - 100 + 0) * 0.02 * 0.5) + 10, (-128 * 127 * 0.02 * 0.25) + 20,
            ((32 + 254 - 192) * (2 / 127.0) * 0.5) + 10, (((-128 * 32) - 64) * (2 / 127.0) * 0.25) + 20,
        ];

        foreach (var implementation in Implementations)
            Oracle.AssertClose(expected, implementation(x, weight, scale, bias, null), "literal numbers", magnitude: 100);
    }

    [Fact]
    public void Wide_rows_have_the_int8_numbers_of_the_definition()
    {
        // A weight of ones in place k reads q[k] back: the result is q·s exactly, of float32 rounded once.
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            long width = random.Next(1, 150), rows = random.Next(0, 5);
            var dtype = random.Next(3) switch { 0 => DType.Float16, 1 => DType.BFloat16, _ => DType.Float32 };
            double size = Math.Pow(10, random.Next(-3, 4));
            // Every third number is a tie: an odd multiple of half a step, where the row's greatest is 127 steps of 1/64.
            var x = Numbers.From(dtype, [rows, width], i => random.Next(3) == 0 ? (random.Next(-126, 126) + 0.5) / 64 : random.Next(4) == 0 ? 127.0 / 64 : size * (random.NextDouble() - 0.5));
            var unit = Numbers.From(DType.Int8, [width, width], i => i / width == i % width ? 1 : 0);
            var one = Numbers.From(DType.Float32, [width], _ => 1);

            var numbers = Numbers.ToDoubles(x);
            var expected = new double[numbers.Length];
            for (int row = 0; row < rows; row++)
            {
                var elements = numbers.AsSpan((int)(row * width), (int)width);
                float scale = (float)elements.ToArray().Max(Math.Abs) / 127f;
                for (int k = 0; k < width; k++)
                    expected[(row * width) + k] = scale == 0 ? 0 : Math.Clamp(Math.Round((float)elements[k] / scale, MidpointRounding.ToEven), -127, 127) * scale;
            }

            foreach (var implementation in Implementations)
                Oracle.AssertClose(expected, implementation(x, unit, one, null, DType.Float32), $"seed {seed}: {x}", magnitude: 0, roundings: 1);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    public void A_row_of_zeros_gives_the_bias_and_one_that_is_not_finite_gives_nan(int width)
    {
        var x = Numbers.From(DType.Float32, [5, width], i => (i / width, i % width) switch
        {
            (0, _) => 0,
            (1, 1) => double.NaN,
            (2, 2) => double.PositiveInfinity,
            (3, 0) => double.NegativeInfinity,
            _ => 1,
        });
        var weight = Numbers.From(DType.Int8, [2, width], i => (i % 7) - 3);
        var bias = Tensor.From([1.5f, -2f], 2);
        foreach (var implementation in Implementations)
        {
            var y = implementation(x, weight, Tensor.From([1f, 1f], 2), bias, null).ReadOnlySpan<float>().ToArray();
            Assert.Equal([1.5f, -2f, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN], y[..8]);
            Assert.All(y[8..], number => Assert.True(float.IsFinite(number)));
        }
    }

    [Fact]
    public void A_token_alone_gives_what_it_gives_among_others()
    {
        var random = new Random(3);
        Tensor x = Numbers.Draw(random, DType.Float32, [600, 130]), weight = Numbers.Draw(random, DType.Int8, [33, 130]), scale = Numbers.Draw(random, DType.Float32, [33]);
        foreach (var implementation in Implementations)
        {
            var all = implementation(x, weight, scale, null, null);
            for (int row = 0; row < 600; row += 37)
            {
                var one = implementation(Tensor.From(x.ReadOnlySpan<float>().Slice(row * 130, 130), 130), weight, scale, null, null);
                Assert.Equal("float32[33]", one.Type.ToString());
                Assert.True(one.ReadOnlySpan<float>().SequenceEqual(all.ReadOnlySpan<float>().Slice(row * 33, 33)), $"row {row}");
            }
        }
    }

    [Theory]
    [InlineData("x is not floating-point: expected float32, float64, float16 or bfloat16, given int8", DType.Int8, 3, DType.Int8, 3, 1, 2)]
    [InlineData("the weight is not quantised: expected int8, given float32", DType.Float32, 3, DType.Float32, 3, 1, 2)]
    [InlineData("the weight's input features differ from x's: expected 4, given 3", DType.Float32, 4, DType.Int8, 3, 1, 2)]
    [InlineData("weight_scale is not one floating-point number for each output channel: expected rank 1, given float32[2, 1]", DType.Float32, 3, DType.Int8, 3, 2, 2)]
    [InlineData("weight_scale's size is not the weight's number of output channels: expected 2, given 5", DType.Float32, 3, DType.Int8, 3, 1, 5)]
    public void A_wrong_call_is_refused_by_the_fake(string message, DType xType, int inputs, DType weightType, int weightInputs, int scaleRank, int scales)
    {
        Tensor x = Tensor.Zeros(xType, 4, inputs), weight = Tensor.Zeros(weightType, 2, weightInputs);
        var scale = scaleRank == 1 ? Tensor.Zeros(DType.Float32, scales) : Tensor.Zeros(DType.Float32, scales, 1);
        var error = Assert.ThrowsAny<EvergraphException>(() => LinearW8A8Dynamic.Invoke(x, weight, scale, null));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
