using Evergraph.Runtime.OnnxRuntime;

namespace Evergraph.Runtime.Tests.OnnxRuntime.Lowering;

/// <summary>Numbers and sizes on which ONNX Runtime and PyTorch could differ. What is lowered must agree, and each of these is lowered.</summary>
public class LoweringSemanticsTests
{
    private const float Inf = float.PositiveInfinity, NaN = float.NaN;
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    [Theory]
    [InlineData("relu")]
    [InlineData("sigmoid")]
    [InlineData("tanh")]
    [InlineData("silu")]
    [InlineData("gelu")]
    [InlineData("exp")]
    [InlineData("log")]
    [InlineData("sqrt")]
    [InlineData("rsqrt")]
    [InlineData("reciprocal")]
    [InlineData("erf")]
    [InlineData("abs")]
    [InlineData("floor")]
    [InlineData("ceil")]
    [InlineData("round")]
    [InlineData("isnan")]
    [InlineData("logical_not")]
    [InlineData("sum")]
    [InlineData("mean")]
    [InlineData("any")]
    [InlineData("all")]
    public void NaN_and_infinities_go_through_functions(string name) => AssertAgrees($"aten::{name}", Row(Special));

    [Theory]
    [InlineData("maximum")]
    [InlineData("minimum")]
    [InlineData("max.other")]
    [InlineData("eq.Tensor")]
    [InlineData("ne.Tensor")]
    [InlineData("lt.Tensor")]
    [InlineData("ge.Tensor")]
    public void NaN_on_either_side(string name)
    {
        AssertAgrees($"aten::{name}", Row(Special), Row(Spread(67)));
        AssertAgrees($"aten::{name}", Row(Spread(67)), Row(Special));
    }

    [Fact]
    public void Limits_keep_NaN() => AssertAgrees("aten::clamp", Row(Special), (Scalar)(-0.5), (Scalar)0.5);

    [Theory]
    [InlineData("amax")]
    [InlineData("max")]
    [InlineData("argmin")]
    [InlineData("sort")]
    [InlineData("topk")]
    public void Where_ONNX_Runtime_passes_over_NaN_nothing_is_lowered(string name)
    {
        object?[] arguments = name == "topk" ? [Row(Special), 3] : [Row(Special)];

        Assert.False(new LoweredSample(Registry.Find($"aten::{name}"), new SampleBuilder(new Random(0)).Call(arguments), isSymbolic: false).IsLowered);
    }

    [Theory]
    [InlineData("softmax.int")]
    [InlineData("log_softmax.int")]
    public void A_softmax_of_infinities_alone_is_not_a_number(string name)
    {
        float[] rows = [.. Enumerable.Repeat(-Inf, 9), .. Spread(9), .. Spread(9, -Inf), .. Spread(9, NaN), .. Spread(9, Inf)];

        AssertAgrees($"aten::{name}", Of(Tensor.From(rows, 5, 9)), -1, null);
    }

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(3, 1, 1)]
    public void The_maximum_of_a_window_with_NaN_is_NaN(long kernel, long stride, long padding)
    {
        var plane = Of(Tensor.From(Spread(144, NaN, Inf, -Inf), 1, 12, 12));

        AssertAgrees("aten::max_pool2d", plane, new[] { kernel }, new[] { stride }, new[] { padding }, new long[] { 1 }, false);
    }

    [Theory]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Int8)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Bool)]
    public void Numbers_that_do_not_fit_are_cut_as_the_processor_does(DType dtype) =>
        AssertAgrees("aten::to.dtype", Row(-1, 300, -300, 255.9f, -0.5f, 0, 1e10f, NaN, Inf, -Inf), dtype);

    [Fact]
    public void Integers_wrap_around()
    {
        var edges = Of(Tensor.From([long.MinValue, long.MaxValue, 0, -1, (1L << 53) + 1], 5));

        AssertAgrees("aten::neg", edges);
        AssertAgrees("aten::abs", edges);
        AssertAgrees("aten::mul.Scalar", edges, (Scalar)3);
        AssertAgrees("aten::pow.Tensor_Scalar", edges, (Scalar)3);
        AssertAgrees("aten::cumsum", edges, 0, null);
        AssertAgrees("aten::dot", edges, Of(Tensor.From([3L, 5, 7, 9, 11], 5)));
    }

    [Fact]
    public void Integers_above_2_to_the_53_stay_apart()
    {
        var a = Of(Tensor.From([(1L << 53) + 1, 1L << 53], 2));
        var b = Of(Tensor.From([1L << 53, (1L << 53) + 1], 2));

        AssertAgrees("aten::eq.Tensor", a, b);
        AssertAgrees("aten::maximum", a, b);
        AssertAgrees("aten::max", a);
        AssertAgrees("aten::argmax", b, null, false);
    }

    [Fact]
    public void What_ONNX_Runtime_adds_up_in_float64_is_not_lowered()
    {
        var sample = new LoweredSample(Registry.Find("aten::sum"), new SampleBuilder(new Random(0)).Call(Of(Tensor.From([(1L << 53) + 1, 1], 2))), isSymbolic: false);

        Assert.Equal((false, "int64 is summed in float64"), (sample.IsLowered, sample.Reason));
    }

    [Theory]
    [InlineData("floor", 3)]
    [InlineData("floor", -3)]
    [InlineData("trunc", 3)]
    [InlineData("trunc", -3)]
    public void Integers_divide_to_the_side_that_is_asked(string rounding, int divisor)
    {
        AssertAgrees("aten::div.Scalar_mode", Of(Tensor.From([long.MinValue, long.MaxValue, -7, -6, -1, 0, 1, 6, 7], 9)), (Scalar)divisor, rounding);
        AssertAgrees("aten::div.Scalar_mode", Of(Tensor.From([int.MinValue, int.MaxValue, -7, 7], 4)), (Scalar)divisor, rounding);
    }

    [Fact]
    public void The_first_of_equal_integers_is_the_place() =>
        AssertAgrees("aten::max.dim", Of(Tensor.From([1L, 3, 3, 2, 5, 5, 5, 5], 2, 4)), 1, false);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_beta_of_zero_leaves_NaN_out(bool batched)
    {
        var a = Tensor.From(Spread(6), 2, 3);
        var b = Tensor.From(Spread(12), 3, 4);
        if (batched)
            AssertAgrees("aten::baddbmm", Row(NaN), Of(a.Reinterpret(1, 2, 3)), Of(b.Reinterpret(1, 3, 4)), (Scalar)0, (Scalar)2);
        else
            AssertAgrees("aten::addmm", Row(NaN), Of(a), Of(b), (Scalar)0, (Scalar)2);
    }

    [Fact]
    public void Rows_that_see_no_key_are_zero()
    {
        SampleTensor q = Of(Tensor.From(Spread(24), 2, 3, 4)), k = Of(Tensor.From(Spread(40), 2, 5, 4)), v = Of(Tensor.From(Spread(20), 2, 5, 2));
        bool[] visible = [true, false, true, true, false, false, false, false, false, false, true, true, true, true, true];
        float[] added = [0, -Inf, 1, 2, -Inf, -Inf, -Inf, -Inf, -Inf, -Inf, 0, 0, 0, 0, -1e30f];

        AssertAgrees("aten::scaled_dot_product_attention", q, k, v, Of(Tensor.From(visible, 3, 5)), 0.0, false, null, false);
        AssertAgrees("aten::scaled_dot_product_attention", q, k, v, Of(Tensor.From(added, 3, 5)), 0.0, false, 0.3, false);
        AssertAgrees("aten::scaled_dot_product_attention", q, k, v, Of(Tensor.From([false, true, false], 3, 1)), 0.0, false, 0.3, false);
        AssertAgrees("aten::scaled_dot_product_attention", q, k, v, Of(Tensor.From([-Inf], 1)), 0.0, false, 0.3, false);
    }

    [Fact]
    public void Attention_on_NaN_is_NaN()
    {
        SampleTensor q = Of(Tensor.From(Spread(12, NaN), 1, 3, 4)), k = Of(Tensor.From(Spread(20), 1, 5, 4)), v = Of(Tensor.From(Spread(10), 1, 5, 2));

        AssertAgrees("aten::scaled_dot_product_attention", q, k, v, Of(Tensor.From([.. Enumerable.Repeat(true, 15)], 3, 5)), 0.0, false, null, false);
    }

    [Theory]
    [InlineData("amax")]
    [InlineData("max.dim")]
    public void Rows_of_which_there_are_none(string name)
    {
        SampleTensor none = Of(Tensor.Empty(DType.Int64, 0, 3));
        if (name == "amax")
            AssertAgrees("aten::amax", none, new long[] { 1 }, false);
        else
            AssertAgrees("aten::max.dim", none, 1, true);
    }

    [Fact]
    public void Batches_of_which_there_are_none()
    {
        var images = Of(Tensor.Empty(DType.Float32, 0, 4, 6, 6));
        var weight = Of(Tensor.From(Spread(72), 2, 4, 3, 3));

        AssertAgrees("aten::mean.dim", images, new long[] { 2, 3 }, false);
        AssertAgrees("aten::var.dim", images, new long[] { 1 }, false);
        AssertAgrees("aten::layer_norm", images, new long[] { 6 });
        AssertAgrees("aten::softmax.int", images, 1);
        AssertAgrees("aten::group_norm", images, 2, null, null, 1e-5);
        AssertAgrees("aten::adaptive_avg_pool2d", images, new long[] { 1, 1 });
        AssertAgrees("aten::adaptive_avg_pool2d", images, new long[] { 3, 2 });
        AssertAgrees("aten::avg_pool2d", images, new long[] { 2, 2 });
        AssertAgrees("aten::max_pool2d", images, new long[] { 2, 2 });
        AssertAgrees("aten::conv2d", images, weight);
    }

    [Fact]
    public void A_view_that_is_empty_at_some_sizes_keeps_its_zeros()
    {
        var s = new SampleBuilder(new Random(0));
        Dim zero = s.Size(0, 0 + 5);
        while (s.NumberOf(zero) != 0)
            zero = s.Size(0, 5);

        Assert.Null(new LoweredSample(Registry.Find("aten::view"), s.Call(s.Tensor(DType.Float32, [zero, 5]), new Dim[] { 5, zero }), isSymbolic: true).Run());
    }

    private static float[] Special => Spread(67, NaN, Inf, -Inf);

    private static void AssertAgrees(string name, params object?[] arguments)
    {
        if (new OnnxRuntimeBackend().Unavailable() is { } reason)
            Assert.Skip(reason);
        var sample = new LoweredSample(Registry.Find(name), new SampleBuilder(new Random(0)).Call(arguments), isSymbolic: false);
        Assert.True(sample.IsLowered, $"{name} was declined: {sample.Reason}");
        Assert.Null(sample.Run());
    }

    private static SampleTensor Row(params float[] numbers) => Of(Tensor.From(numbers, numbers.Length));

    private static SampleTensor Of(Tensor tensor) => new(tensor.Type, EquatableArray.Create<Tensor>([tensor]));

    /// <summary>Numbers with special ones among them, so that vectorised loops and what is left over at their ends both meet them.</summary>
    private static float[] Spread(int count, params float[] special)
    {
        float[] numbers = [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i))];
        for (int i = 0; i < special.Length; i++)
            numbers[i * 7 % count] = numbers[^(i + 1)] = special[i];
        return numbers;
    }
}
