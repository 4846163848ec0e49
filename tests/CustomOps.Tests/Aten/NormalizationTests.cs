using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

public class NormalizationTests
{
    private static readonly DType[] Types = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16];

    [Fact]
    public void Layer_norm_is_its_formula()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(4)];
            long rows = random.Next(0, 5), a = random.Next(1, 4), b = random.Next(1, 30);
            // A large mean takes the digits of a variance that is computed as a difference of squares.
            double offset = dtype.Size() != 2 && random.Next(2) == 0 ? 300 : 0;
            var input = Numbers.From(dtype, [rows, a, b], _ => offset + random.NextDouble());
            Tensor weight = Numbers.Draw(random, dtype, [a, b]), bias = Numbers.Draw(random, dtype, [a, b]);

            var (y, mean, inverse) = NativeLayerNorm.Invoke(input, [a, b], weight, bias, 1e-5);

            int width = (int)(a * b);
            double[] x = Numbers.ToDoubles(input), w = Numbers.ToDoubles(weight), c = Numbers.ToDoubles(bias);
            var means = Chunks(x, width).Select(row => row.Average()).ToArray();
            var inverses = Chunks(x, width).Select((row, i) => 1 / Math.Sqrt(row.Average(e => (e - means[i]) * (e - means[i])) + 1e-5)).ToArray();
            var expected = x.Select((e, i) => ((e - means[i / width]) * inverses[i / width] * w[i % width]) + c[i % width]).ToArray();
            double magnitude = offset > 0 ? 1000 * inverses.DefaultIfEmpty(1).Max() : 20;
            Oracle.AssertClose(expected, y, $"seed {seed}: {input}", magnitude);
            Oracle.AssertClose(means, mean, $"seed {seed}: mean");
            Oracle.AssertClose(inverses, inverse, $"seed {seed}: inverse deviation");
            Assert.Equal([rows, 1, 1], mean.Sizes.ToArray());
            Assert.True(Numbers.SameBits(y, LayerNorm.Invoke(input, [a, b], weight, bias)));
        }
    }

    [Fact]
    public void Rms_norm_is_its_formula()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(4)];
            long rows = random.Next(0, 5), width = random.Next(1, 70);
            Tensor input = Numbers.Draw(random, dtype, [rows, width]), weight = Numbers.Draw(random, dtype, [width]);

            var y = CustomOps.RmsNorm.Invoke(input, weight, 1e-6);

            double[] x = Numbers.ToDoubles(input), w = Numbers.ToDoubles(weight);
            var expected = Chunks(x, (int)width)
                .SelectMany(row => row.Select((e, i) => e / Math.Sqrt(row.Average(s => s * s) + 1e-6) * w[i])).ToArray();
            // The mean of squares in another order, its root, the reciprocal, two products.
            Oracle.AssertClose(expected, y, $"seed {seed}: {input}", roundings: 6);
            Assert.True(Numbers.SameBits(y, CustomOps.Aten.RmsNorm.Invoke(input, [width], weight, 1e-6)));
        }
    }

    [Theory]
    [InlineData(DType.Float32, 1.1920928955078125e-07)]
    [InlineData(DType.Float64, 2.220446049250313e-16)]
    [InlineData(DType.Float16, 1.1920928955078125e-07)]
    [InlineData(DType.BFloat16, 1.1920928955078125e-07)]
    public void Rms_norm_takes_its_epsilon_from_the_computing_type(DType dtype, double epsilon)
    {
        // A row of the number 2⁻¹⁰ is x / √(2⁻²⁰ + ε).
        double x = 1.0 / 1024;
        var y = CustomOps.Aten.RmsNorm.Invoke(Numbers.From(dtype, [1, 4], _ => x), [4]);

        Oracle.AssertClose([.. Enumerable.Repeat(x / Math.Sqrt((x * x) + epsilon), 4)], y, dtype.Name(), magnitude: 0, roundings: 4);
    }

    [Fact]
    public void Group_norm_is_a_layer_norm_of_groups()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(4)];
            long batch = random.Next(0, 3), groups = random.Next(1, 4), each = random.Next(1, 4), h = random.Next(1, 4), w = random.Next(1, 4);
            long channels = groups * each;
            Tensor input = Numbers.Draw(random, dtype, [batch, channels, h, w]);
            Tensor weight = Numbers.Draw(random, dtype, [channels]), bias = Numbers.Draw(random, dtype, [channels]);

            var (y, mean, inverse) = NativeGroupNorm.Invoke(input, weight, bias, batch, channels, h * w, groups, 1e-3);

            double[] x = Numbers.ToDoubles(input), scale = Numbers.ToDoubles(weight), shift = Numbers.ToDoubles(bias);
            int width = (int)(each * h * w);
            var means = Chunks(x, width).Select(row => row.Average()).ToArray();
            var inverses = Chunks(x, width).Select((row, i) => 1 / Math.Sqrt(row.Average(e => (e - means[i]) * (e - means[i])) + 1e-3)).ToArray();
            var expected = x.Select((e, i) =>
            {
                long channel = i / (h * w) % channels;
                return ((e - means[i / width]) * inverses[i / width] * scale[channel]) + shift[channel];
            }).ToArray();
            Oracle.AssertClose(expected, y, $"seed {seed}: {input} in {groups}", magnitude: 60);
            Oracle.AssertClose(means, mean, $"seed {seed}: mean");
            Oracle.AssertClose(inverses, inverse, $"seed {seed}: inverse deviation");
            Assert.Equal([batch, groups], mean.Sizes.ToArray());
            Assert.True(Numbers.SameBits(y, GroupNorm.Invoke(input, groups, weight, bias, 1e-3)));
        }
    }

    [Fact]
    public void Batch_norm_uses_the_recorded_statistics()
    {
        var input = Tensor.From([1f, 2, 3, 4, 5, 6, 7, 8], 2, 2, 2);
        Tensor mean = Tensor.From([1f, 2], 2), variance = Tensor.From([4f, 0.25f], 2), weight = Tensor.From([2f, 1], 2), bias = Tensor.From([10f, 0], 2);

        var (y, savedMean, savedInverse) = NativeBatchNormLegitNoTraining.Invoke(input, weight, bias, mean, variance, 0.1, 0);

        Assert.Equal([10f, 11, 2, 4, 14, 15, 10, 12], y.ReadOnlySpan<float>().ToArray());
        Assert.Equal("float32[0]", savedMean.ToString());
        Assert.Equal("float32[0]", savedInverse.ToString());
        Assert.True(Numbers.SameBits(y, BatchNorm.Invoke(input, weight, bias, mean, variance, false, 0.1, 0, true)));
    }

    [Fact]
    public void Parameters_of_float32_with_a_16_bit_input_keep_their_digits()
    {
        var input = Tensor.From([(BFloat16)1f, (BFloat16)3f], 1, 2);

        var (y, mean, _) = NativeLayerNorm.Invoke(input, [2], Tensor.From([1f, 1.0078125f], 2), null, 0);

        Assert.Equal("bfloat16[1, 2]", y.ToString());
        Assert.Equal("float32[1, 1]", mean.ToString());
    }

    [Fact]
    public void Softmax_is_torch_softmax()
    {
        var x = Tensor.From([1f, 2, 3, 1000, 1000, float.NegativeInfinity], 2, 3);

        Oracle.AssertClose([0.09003057317038046, 0.24472847105479764, 0.6652409557748219, 0.5, 0.5, 0], SoftmaxInt.Invoke(x, -1), "rows");
        Oracle.AssertClose([-2.4076059644443806, -1.4076059644443804, -0.4076059644443804, -Math.Log(2), -Math.Log(2), double.NegativeInfinity], LogSoftmaxInt.Invoke(x, 1), "logarithms");
        Assert.All(SoftmaxInt.Invoke(Tensor.From([float.NegativeInfinity, float.NegativeInfinity], 2), 0).ReadOnlySpan<float>().ToArray(), y => Assert.True(float.IsNaN(y)));
        Assert.Equal([1f], SoftmaxInt.Invoke(Tensor.Scalar(5f), 0).ReadOnlySpan<float>().ToArray());
        Assert.Equal("float64[2]", SoftmaxInt.Invoke(Tensor.From([1, 2], 2), 0, DType.Float64).ToString());
    }

    [Fact]
    public void Softmax_runs_along_any_axis()
    {
        for (int seed = 0; seed < 80; seed++)
        {
            var random = new Random(seed);
            var dtype = Types[random.Next(4)];
            long[] sizes = [random.Next(0, 4), random.Next(1, 20), random.Next(1, 4)];
            int axis = random.Next(3);
            var input = Numbers.Draw(random, dtype, sizes);

            Tensor y = SoftmaxCore.Invoke(input, axis - 3, false), logarithm = LogSoftmaxCore.Invoke(input, axis, false);

            double[] x = Numbers.ToDoubles(input), expected = new double[x.Length];
            long inner = sizes[(axis + 1)..].Aggregate(1L, (product, size) => product * size);
            for (int i = 0; i < x.Length; i++)
            {
                long first = i - (i / inner % sizes[axis] * inner);
                double sum = 0;
                for (long j = 0; j < sizes[axis]; j++)
                    sum += Math.Exp(x[first + (j * inner)]);
                expected[i] = Math.Exp(x[i]) / sum;
            }

            Oracle.AssertClose(expected, y, $"seed {seed}: {input} along {axis}");
            Oracle.AssertClose(Array.ConvertAll(expected, Math.Log), logarithm, $"seed {seed}: logarithm of {input} along {axis}", magnitude: 4);
        }
    }

    [Fact]
    public void Wrong_operands_are_refused_by_place_expected_and_given()
    {
        Tensor x = Tensor.Zeros(DType.Float32, 2, 4), w = Tensor.Zeros(DType.Float32, 4);
        Refused(() => LayerNorm.Invoke(x, [3], null), "the input does not end with normalized_shape at its size 0: expected 3, given 4");
        Refused(() => LayerNorm.Invoke(x, [], null), "normalized_shape is empty: expected one size or more");
        Refused(() => LayerNorm.Invoke(x, [4], Tensor.Zeros(DType.Float64, 4)), "the parameters have another element type than the input: expected float32, given float64");
        Refused(() => LayerNorm.Invoke(x, [4], w, Tensor.Zeros(DType.Float64, 4)), "the parameters have different element types: expected float64 for all, given float32");
        Refused(() => CustomOps.RmsNorm.Invoke(x, Tensor.Zeros(DType.Float32, 3)), "weight has the wrong size: expected 4, given 3");
        Refused(() => GroupNorm.Invoke(x, 3), "the channels cannot be divided into num_groups groups: the remainder: expected 0, given 1");
        Refused(
            () => BatchNorm.Invoke(x, null, null, w, w, true, 0.1, 1e-5, true),
            "batch statistics are for training: expected training false, given true; export the model after eval()");
        Refused(
            () => BatchNorm.Invoke(x, null, null, null, w, false, 0.1, 1e-5, true),
            "recorded statistics are missing: expected running_mean and running_var outside training");
        Refused(() => SoftmaxInt.Invoke(Tensor.Zeros(DType.Int64, 2), 0), "self must be floating-point: expected float32, float64, float16 or bfloat16, given int64");
        Refused(() => SoftmaxInt.Invoke(x, 2), "dimension out of range for a tensor of rank 2: expected -2 to 1, given 2");
        Refused(() => SoftmaxCore.Invoke(x, 0, true), "half_to_float is for CUDA: expected false, given true; export the model on the CPU");
    }

    private static IEnumerable<double[]> Chunks(double[] numbers, int width) => numbers.Chunk(width);

    private static void Refused(Func<Tensor> call, string text) =>
        Assert.EndsWith(": " + text, Assert.Throws<ShapeException>(call).Message, StringComparison.Ordinal);
}
