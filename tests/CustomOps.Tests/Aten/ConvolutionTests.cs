using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

public class ConvolutionTests
{
    [Fact]
    public void Conv2d_is_its_formula()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var dtype = (DType)random.Next(4);
            long groups = random.Next(1, 4), channels = random.Next(1, 4), outputs = groups * random.Next(1, 6), batch = random.Next(0, 3);
            long[] kernel = [random.Next(1, 4), random.Next(1, 4)], stride = [random.Next(1, 3), random.Next(1, 3)];
            long[] padding = [random.Next(0, 3), random.Next(0, 3)], dilation = [random.Next(1, 3), random.Next(1, 3)];
            // Up to 13·13 places, more than one block of 64.
            long[] spatial = [(dilation[0] * (kernel[0] - 1)) + random.Next(1, 10), (dilation[1] * (kernel[1] - 1)) + random.Next(1, 10)];
            Tensor x = Numbers.Draw(random, dtype, [batch, channels * groups, .. spatial]);
            Tensor w = Numbers.Draw(random, dtype, [outputs, channels, .. kernel]), bias = Numbers.Draw(random, dtype, [outputs]);

            var y = Conv2d.Invoke(x, w, bias, ToDims(stride), ToDims(padding), ToDims(dilation), groups);

            var expected = Naive(x, w, bias, stride, padding, dilation, groups, y.Sizes.ToArray());
            Oracle.AssertClose(expected, y, $"seed {seed}: {x} {w} stride {stride[0]},{stride[1]} groups {groups}", magnitude: 30);
            Assert.True(Numbers.SameBits(y, CustomOps.Aten.Convolution.Invoke(x, w, bias, ToDims(stride), ToDims(padding), ToDims(dilation), false, [0, 0], groups)));
        }
    }

    [Fact]
    public void Conv1d_is_torch_conv1d()
    {
        var x = Tensor.From([1f, 2, 3, 4, 5], 1, 1, 5);
        var w = Tensor.From([1f, 0, -1], 1, 1, 3);

        Assert.Equal([-2f, -2, -2], Conv1d.Invoke(x, w).ReadOnlySpan<float>().ToArray());
        Assert.Equal([-2f, -2, -2, -2, 4], Conv1d.Invoke(x, w, padding: [1]).ReadOnlySpan<float>().ToArray());
        Assert.Equal([-2f, -2, 4], Conv1d.Invoke(x, w, stride: [2], padding: [1]).ReadOnlySpan<float>().ToArray());
        Assert.Equal([-4f], Conv1d.Invoke(x, w, dilation: [2]).ReadOnlySpan<float>().ToArray());
        Assert.Equal("float32[1, 3]", Conv1d.Invoke(x.Reinterpret(1, 5), w).ToString());
    }

    [Fact]
    public void Padding_by_name_puts_the_odd_zero_behind()
    {
        var x = Tensor.From([1f, 2, 3], 1, 1, 3);
        var w = Tensor.From([1f, 10], 1, 1, 2);

        Assert.Equal([21f, 32, 3], Conv1dPadding.Invoke(x, w, padding: "same").ReadOnlySpan<float>().ToArray());
        Assert.Equal([21f, 32], Conv1dPadding.Invoke(x, w, padding: "valid").ReadOnlySpan<float>().ToArray());
        Assert.Equal("float32[1, 2, 4, 5]", Conv2dPadding.Invoke(Tensor.Zeros(DType.Float32, 1, 1, 4, 5), Tensor.Zeros(DType.Float32, 2, 1, 2, 3), padding: "same").ToString());
    }

    [Fact]
    public void Sizes_stay_symbolic()
    {
        Dim s = new Symbol("s0", 0, 512), h = new Symbol("s1", 3, 512);
        TensorType x = new(DType.Float32, [s, 3, h, h]), w = new(DType.Float32, [8, 3, 3, 3]);

        Assert.Equal("float32[s0, 8, (s1 + 1) // 2, s1 - 2]", Conv2d.Fake(x, w, null, [2, 1], [1, 0], [1], 1).ToString());
        Assert.Equal("float32[s0, 8, s1, s1]", Conv2dPadding.Fake(x, w, null, [1], "same", [1], 1).ToString());
    }

    [Fact]
    public void Wrong_operands_are_refused_by_place_expected_and_given()
    {
        Tensor x = Tensor.Zeros(DType.Float32, 1, 4, 5, 5), w = Tensor.Zeros(DType.Float32, 6, 2, 3, 3);
        Refused(() => Conv2d.Invoke(x, w), "the input's channels are not the weight's times groups: expected 2, given 4");
        Refused(() => Conv2d.Invoke(x, w, groups: 4), "the input's channels are not the weight's times groups: expected 8, given 4");
        Refused(() => Conv2d.Invoke(Tensor.Zeros(DType.Float32, 1, 8, 5, 5), w, groups: 4), "the weight's outputs cannot be divided into groups: the remainder: expected 0, given 2");
        Refused(() => Conv2d.Invoke(x, w, dilation: [3], groups: 2), "the padded input is smaller than the kernel: expected 5 >= 7, given 5");
        Refused(() => Conv2d.Invoke(x, w, stride: [1, 1, 1], groups: 2), "stride has the wrong number of values: expected 2, or 1 for all, given 3");
        Refused(() => Conv2dPadding.Invoke(x, w, stride: [2], padding: "same", groups: 2), "padding 'same' goes with a stride of 1 only: expected 1, given 2");
        Refused(() => Conv2dPadding.Invoke(x, w, padding: "full", groups: 2), "padding is not known: expected 'same' or 'valid', given 'full'");
        Refused(
            () => CustomOps.Aten.Convolution.Invoke(x, w, null, [1], [0], [1], true, [0], 2),
            "transposed convolution is not supported: expected transposed false, given true; register an operator of your own for it");
    }

    private static Dim[] ToDims(long[] values) => Array.ConvertAll(values, value => (Dim)value);

    private static void Refused(Func<Tensor> call, string text) =>
        Assert.EndsWith(": " + text, Assert.Throws<ShapeException>(call).Message, StringComparison.Ordinal);

    private static double[] Naive(
        Tensor input, Tensor weight, Tensor bias, long[] stride, long[] padding, long[] dilation, long groups, long[] sizes)
    {
        double[] x = Numbers.ToDoubles(input), w = Numbers.ToDoubles(weight), b = Numbers.ToDoubles(bias);
        long height = input.Sizes[2], width = input.Sizes[3], channels = weight.Sizes[1], kh = weight.Sizes[2], kw = weight.Sizes[3];
        var y = new double[sizes.Aggregate(1L, (product, size) => product * size)];
        for (long i = 0; i < y.Length; i++)
        {
            long column = i % sizes[3], row = i / sizes[3] % sizes[2], output = i / sizes[3] / sizes[2] % sizes[1], item = i / sizes[3] / sizes[2] / sizes[1];
            double sum = b[output];
            long first = output / (sizes[1] / groups) * channels;
            for (long c = 0; c < channels; c++)
            {
                for (long p = 0; p < kh * kw; p++)
                {
                    long u = (row * stride[0]) - padding[0] + (p / kw * dilation[0]), v = (column * stride[1]) - padding[1] + (p % kw * dilation[1]);
                    if (u >= 0 && u < height && v >= 0 && v < width)
                        sum += x[(((((item * channels * groups) + first + c) * height) + u) * width) + v] * w[(((output * channels) + c) * kh * kw) + p];
                }
            }

            y[i] = sum;
        }

        return y;
    }
}
