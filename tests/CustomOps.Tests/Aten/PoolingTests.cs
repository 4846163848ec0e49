using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

public class PoolingTests
{
    private static readonly Tensor Plane = Tensor.From([.. Enumerable.Range(0, 20).Select(i => (float)i)], 1, 1, 4, 5);

    [Fact]
    public void Max_pool_is_torch_max_pool()
    {
        var (y, indices) = MaxPool2dWithIndices.Invoke(Plane, [2]);

        Assert.Equal([6f, 8, 16, 18], y.ReadOnlySpan<float>().ToArray());
        Assert.Equal([6L, 8, 16, 18], indices.ReadOnlySpan<long>().ToArray());
        Assert.Equal([6f, 8, 9, 16, 18, 19], MaxPool2d.Invoke(Plane, [2], ceil_mode: true).ReadOnlySpan<float>().ToArray());
        Assert.Equal([6f, 8, 9, 16, 18, 19], MaxPool2d.Invoke(Plane, [3], [2], [1]).ReadOnlySpan<float>().ToArray());
        Assert.Equal([12f, 13, 14, 17, 18, 19], MaxPool2d.Invoke(Plane, [2], [1], [0], [2]).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Nan_is_the_greatest_and_the_first_of_equals_is_named()
    {
        var (y, indices) = MaxPool2dWithIndices.Invoke(Tensor.From([1f, float.NaN, 3, 2, 2, 2], 1, 2, 3), [1, 3]);

        Assert.Equal([float.NaN, 2], y.ReadOnlySpan<float>().ToArray());
        Assert.Equal([1L, 3], indices.ReadOnlySpan<long>().ToArray());
        Assert.Equal([float.NegativeInfinity], MaxPool2d.Invoke(Tensor.From([float.NegativeInfinity], 1, 1, 1), [1]).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void A_dilated_kernel_with_all_taps_in_the_padding_finds_nothing()
    {
        // Taps at −1 and 1 of a line of one.
        var (y, indices) = MaxPool2dWithIndices.Invoke(Tensor.From([5f], 1, 1, 1), [1, 2], [1], [0, 1], [1, 2]);

        Assert.Equal([float.NegativeInfinity], y.ReadOnlySpan<float>().ToArray());
        Assert.Equal([1L], indices.ReadOnlySpan<long>().ToArray());
    }

    [Fact]
    public void Average_pool_counts_the_padding_or_not()
    {
        var ones = Tensor.From([.. Enumerable.Repeat(1f, 9)], 1, 3, 3);

        Assert.Equal([4f / 9, 4f / 9, 4f / 9, 4f / 9], AvgPool2d.Invoke(ones, [3], [2], [1]).ReadOnlySpan<float>().ToArray());
        Assert.Equal([1f, 1, 1, 1], AvgPool2d.Invoke(ones, [3], [2], [1], count_include_pad: false).ReadOnlySpan<float>().ToArray());
        Assert.Equal([2f, 2, 2, 2], AvgPool2d.Invoke(ones, [3], [2], [1], divisor_override: 2).ReadOnlySpan<float>().ToArray());
        // In ceil mode the last windows reach beyond the input and count only what is there.
        Assert.Equal([1f, 1, 1, 1], AvgPool2d.Invoke(ones, [2], [2], ceil_mode: true).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0.25f, 0.5f, 0.5f, 1], AvgPool2d.Invoke(ones, [2], [2], [1]).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Adaptive_average_pool_overlaps_where_parts_do_not_divide()
    {
        var line = Tensor.From([0f, 1, 2, 3, 4], 1, 1, 5);

        // Parts 0–1, 1–3, 3–4 of five.
        Assert.Equal([0.5f, 2, 3.5f], AdaptiveAvgPool2d.Invoke(line, [1, 3]).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0f, 0.5f, 1, 1.5f, 2.5f, 3, 3.5f, 4], AdaptiveAvgPool2dCore.Invoke(line, [1, 8]).ReadOnlySpan<float>().ToArray());
        Assert.Equal([9.5f], AdaptiveAvgPool2d.Invoke(Plane, [1, 1]).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Ceil_mode_has_no_place_that_begins_behind_the_padding()
    {
        for (long input = 1; input < 20; input++)
        {
            for (long kernel = 1; kernel < 5; kernel++)
            {
                for (long stride = 1; stride < 5; stride++)
                {
                    for (long padding = 0; padding <= kernel / 2; padding++)
                    {
                        // As PyTorch's pooling_output_shape: one place less where the last begins behind input and padding.
                        long expected = ((input + (2 * padding) - kernel + stride - 1) / stride) + 1;
                        if ((expected - 1) * stride >= input + padding)
                            expected--;
                        if (input + (2 * padding) >= kernel)
                            Assert.Equal(expected, PoolingPlaces(input, kernel, stride, padding));
                    }
                }
            }
        }
    }

    [Fact]
    public void Wrong_operands_are_refused_by_place_expected_and_given()
    {
        Refused(() => MaxPool2d.Invoke(Plane, [2], [1], [2]), "padding must be from 0 to half of the kernel: expected at most 1, given 2");
        Refused(() => MaxPool2d.Invoke(Plane, [5]), "the padded input is smaller than the kernel: places: expected 0 >= 1, given 0");
        Refused(() => MaxPool2d.Invoke(Plane, [1, 1, 1]), "kernel_size has the wrong number of values: expected 2, or 1 for both, given 3");
        Refused(() => MaxPool2d.Invoke(Tensor.Zeros(DType.Float32, 4, 4), [1]), "self has the wrong number of dimensions: expected 4, or 3 without a batch, given float32[4, 4]");
        Refused(() => AvgPool2d.Invoke(Plane, [2], divisor_override: 0), "divisor_override must not be 0");
        Refused(() => AdaptiveAvgPool2d.Invoke(Tensor.Zeros(DType.Float32, 1, 0, 3), [1, 1]), "a plane without elements has no average: expected 0 >= 1, given 0");
    }

    private static long PoolingPlaces(long input, long kernel, long stride, long padding) =>
        MaxPool2d.Fake(new(DType.Float32, [1, 1, input]), [1, kernel], [1, stride], [0, padding], [1], true).Shape[2].Value;

    private static void Refused(Func<Tensor> call, string text) =>
        Assert.EndsWith(": " + text, Assert.Throws<ShapeException>(call).Message, StringComparison.Ordinal);
}
