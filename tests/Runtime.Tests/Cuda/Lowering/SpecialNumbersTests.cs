using static Evergraph.Runtime.Tests.Cuda.Lowering.LoweredCall;

namespace Evergraph.Runtime.Tests.Cuda.Lowering;

/// <summary>NaN, infinities, ties, numbers that wrap around and rows without elements.</summary>
[Collection(CudaTest.Name)]
public sealed class SpecialNumbersTests
{
    private const float Inf = float.PositiveInfinity, NaN = float.NaN;

    /// <summary>Rows of 300: one plain, one with each special number, one with several NaN, and one of −∞ alone.</summary>
    private static SampleTensor Rows => Of(Tensor.From(
        (float[])[
            .. Spread(300), .. Spread(300, NaN), .. Spread(300, Inf), .. Spread(300, -Inf), .. Spread(300, NaN, NaN, Inf), .. Enumerable.Repeat(-Inf, 300),
        ], 6, 300));

    [Theory]
    [InlineData("amax")]
    [InlineData("amin")]
    [InlineData("sum.dim_IntList")]
    [InlineData("mean.dim")]
    public void Reductions_pass_NaN_and_infinities_on(string name) => AssertAgrees($"aten::{name}", Rows, new long[] { 1 });

    [Theory]
    [InlineData("argmax")]
    [InlineData("argmin")]
    [InlineData("max.dim")]
    [InlineData("min.dim")]
    [InlineData("any.dim")]
    [InlineData("all.dim")]
    [InlineData("prod.dim_int")]
    [InlineData("softmax.int")]
    [InlineData("log_softmax.int")]
    public void Rows_with_NaN_and_infinities_along_an_axis(string name)
    {
        AssertAgrees($"aten::{name}", Rows, 1);
        AssertAgrees($"aten::{name}", Rows, 0);
    }

    [Theory]
    [InlineData("argmax")]
    [InlineData("argmin")]
    public void Of_equal_elements_the_first_is_taken(string name)
    {
        float[] few = [.. Enumerable.Range(0, 1000).Select(i => (float)((i * 7 % 5) - 2))];

        AssertAgrees($"aten::{name}", Of(DType.Float32, few, 1000), null);
        AssertAgrees($"aten::{name}", Of(DType.Int8, few, 4, 250), 1);
        AssertAgrees($"aten::{name}", Of(DType.Int64, few, 4, 250), 0);
    }

    [Fact]
    public void Sums_of_integers_wrap_around_in_int64()
    {
        AssertAgrees("aten::sum", Of(Tensor.From([long.MaxValue, long.MaxValue, 3], 3)), null);
        AssertAgrees("aten::sum", Of(Tensor.From([int.MaxValue, int.MaxValue, 3], 3)), null);
        AssertAgrees("aten::sum", Of(Tensor.From([int.MaxValue, int.MaxValue, 3], 3)), DType.Int32);
        AssertAgrees("aten::prod", Of(DType.Int8, Spread(50), 50), null);
        AssertAgrees("aten::sum", Of(DType.UInt8, [200, 100, 1], 3), DType.UInt8);
    }

    [Theory]
    [InlineData("sum", true)]
    [InlineData("prod", true)]
    [InlineData("mean", true)]
    [InlineData("any", false)]
    [InlineData("all", false)]
    public void Of_nothing_there_is_a_number(string name, bool hasType)
    {
        var nothing = Of(DType.Float32, [], 3, 0);

        AssertAgrees($"aten::{name}", hasType ? [nothing, null] : [nothing]);
    }

    [Fact]
    public void A_variance_of_large_numbers_keeps_its_digits() =>
        AssertAgrees("aten::var.correction", Of(DType.Float32, [.. Spread(512).Select(x => x + 4096)], 2, 256), new long[] { 1 }, (Scalar)0, false);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_variance_of_too_few_numbers_is_not_a_number(int correction) =>
        AssertAgrees("aten::var.correction", Of(DType.Float32, [1, 2, 3], 3, 1), new long[] { 1 }, (Scalar)correction, false);

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(3, 1, 1)]
    public void The_maximum_of_a_window_with_NaN_is_the_last_NaN(long kernel, long stride, long padding)
    {
        var plane = Of(DType.Float32, Spread(144, NaN, Inf, -Inf, NaN), 1, 12, 12);

        AssertAgrees("aten::max_pool2d_with_indices", plane, new[] { kernel, kernel }, new[] { stride, stride }, new[] { padding, padding }, new long[] { 1, 1 }, false);
    }

    [Fact]
    public void A_window_of_minus_infinities_has_a_place_in_the_plane() => AssertAgrees(
        "aten::max_pool2d_with_indices", Of(DType.Float32, [.. Enumerable.Repeat(-Inf, 16)], 1, 4, 4), new long[] { 3, 3 }, new long[] { 1, 1 }, new long[] { 1, 1 }, new long[] { 1, 1 }, false);

    [Fact]
    public void Quantised_rows_round_half_to_even_and_saturate()
    {
        // 127 makes the scale 1, so the halves are halves.
        float[] rows =
        [
            127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 126.5f,
            .. Enumerable.Repeat(0f, 8), .. Spread(8, NaN), .. Spread(8, Inf),
        ];
        var weight = Of(DType.Int8, [.. Spread(64).Select(x => x * 30)], 8, 8);

        AssertAgrees("evergraph::linear_w8a8_dynamic", Of(DType.Float32, rows, 4, 8), weight, Of(DType.Float32, Spread(8), 8), Of(DType.Float32, Spread(8), 8), null);
        AssertAgrees("evergraph::linear_w8a8", Of(DType.Float32, [.. rows.Select(x => x * 2)], 4, 8), weight, Of(DType.Float32, Spread(8), 8), null, 1.0, 3, null);
        AssertAgrees("evergraph::linear_w8a8", Of(DType.BFloat16, rows, 4, 8), weight, Of(DType.BFloat16, Spread(8), 8), null, 0.5, 0, DType.Float64);
    }

    [Fact]
    public void An_addend_that_is_taken_zero_times_is_not_read()
    {
        var nothing = Of(DType.Float32, [NaN, NaN, NaN], 3);

        AssertAgrees("aten::addmm", nothing, Of(DType.Float32, Spread(8), 2, 4), Of(DType.Float32, Spread(12), 4, 3), (Scalar)0, (Scalar)1);
    }

    [Fact]
    public void Keys_that_are_not_seen_have_no_part()
    {
        var (query, key) = (Of(DType.Float32, Spread(96), 1, 2, 6, 8), Of(DType.Float32, Spread(96), 1, 2, 6, 8));
        float[] lastIsNaN = [.. Spread(96).Select((x, i) => i / 8 % 6 == 5 ? NaN : x)];

        AssertAgrees("aten::_scaled_dot_product_flash_attention_for_cpu", query, key, Of(DType.Float32, lastIsNaN, 1, 2, 6, 8), 0.0, true, null, null);
    }

    [Fact]
    public void A_query_that_sees_no_key_gives_zeros()
    {
        var (query, key) = (Of(DType.Float32, Spread(96), 1, 2, 6, 8), Of(DType.Float32, Spread(96), 1, 2, 6, 8));
        var mask = Of(Tensor.From([.. Enumerable.Range(0, 36).Select(i => i / 6 != 2 && i % 3 != 0)], 6, 6));

        AssertAgrees("aten::_scaled_dot_product_flash_attention_for_cpu", query, key, key, 0.0, false, mask, null);
    }
}
