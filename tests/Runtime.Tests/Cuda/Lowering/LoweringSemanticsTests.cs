using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Kernels;
using Evergraph.Runtime.Cuda;

namespace Evergraph.Runtime.Tests.Cuda.Lowering;

/// <summary>Numbers and sizes on which C and the reference could differ. Each of these runs on the device and must agree.</summary>
[Collection(CudaTest.Name)]
public sealed class LoweringSemanticsTests
{
    private const float Inf = float.PositiveInfinity, NaN = float.NaN;
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    /// <summary>Prefers the references, which define the numbers.</summary>
    private static readonly Dispatcher Plain = new(new() { Environment = new Dictionary<string, string> { ["EVERGRAPH_PREFER"] = "reference" } });

    private static float[] Special => [0, -0f, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 1, -1, 3, -7, 100, -100, 1e30f, -1e30f, 1e-30f, NaN, Inf, -Inf];

    [Theory]
    [InlineData("relu")]
    [InlineData("sigmoid")]
    [InlineData("tanh")]
    [InlineData("silu")]
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
    public void NaN_and_infinities_go_through_functions(string name) => Agree($"aten::{name}", Row(Special));

    [Theory]
    [InlineData("maximum")]
    [InlineData("minimum")]
    [InlineData("max.other")]
    [InlineData("eq.Tensor")]
    [InlineData("ne.Tensor")]
    [InlineData("lt.Tensor")]
    [InlineData("ge.Tensor")]
    [InlineData("floor_divide")]
    [InlineData("pow.Tensor_Tensor")]
    public void Every_special_number_meets_every_other(string name) =>
        Agree($"aten::{name}", Row(Special), Of(Tensor.From(Special, Special.Length, 1)));

    [Fact]
    public void Limits_keep_NaN() => Agree("aten::clamp", Row(Special), (Scalar)(-0.5), (Scalar)0.5);

    [Theory]
    [InlineData("none")]
    [InlineData("tanh")]
    public void Gelu_keeps_its_digits_where_it_is_almost_zero(string approximate)
    {
        var x = Tensor.From([-6f, -5, -4.5f, -4, -3, -2, -1, -0.1f], 8);
        Tensor given = OnDevice("aten::gelu", Of(x), approximate), expected = Sample("aten::gelu", [Of(x), approximate]).Reference()[0];

        for (int i = 0; i < x.Elements; i++)
            Assert.Equal(1, given.ReadOnlySpan<float>()[i] / expected.ReadOnlySpan<float>()[i], 2e-5);
    }

    [Theory]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Int8)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Bool)]
    public void Numbers_that_do_not_fit_are_cut_as_the_processor_does(DType dtype)
    {
        var numbers = Row([-1, 300, -300, 255.9f, -0.5f, 0, 2147483520, 2147483648, -2147483648, 3e9f, 1e10f, 1e19f, -1e19f, NaN, Inf, -Inf]);

        Agree("aten::to.dtype", numbers, dtype);
        Agree("aten::to.dtype", Of(Casts.To(numbers.OnRank[0], DType.Float64)), dtype);
        Agree("aten::to.dtype", Of(Casts.To(numbers.OnRank[0], DType.BFloat16)), dtype);
    }

    [Fact]
    public void Integers_wrap_around()
    {
        foreach (var dtype in (DType[])[DType.Int64, DType.Int32, DType.Int8, DType.UInt8])
        {
            var numbers = Casts.To(Tensor.From([long.MinValue, long.MaxValue, int.MinValue, int.MaxValue, -128, 127, 255, 0, -1, 1, 7, (1L << 53) + 1], 12), dtype);
            var edges = Of(numbers);
            Agree("aten::neg", edges);
            Agree("aten::abs", edges);
            Agree("aten::mul.Scalar", edges, (Scalar)3);
            Agree("aten::add.Scalar", edges, (Scalar)200, (Scalar)2);
            Agree("aten::bitwise_not", edges);
            Agree("aten::pow.Tensor_Scalar", edges, (Scalar)3);
            Agree("aten::pow.Tensor_Tensor", edges, Of(numbers.Reinterpret(12, 1)));
            foreach (int divisor in (int[])[3, -3, -1])
            {
                Agree("aten::div.Scalar_mode", edges, (Scalar)divisor, "trunc");
                Agree("aten::div.Scalar_mode", edges, (Scalar)divisor, "floor");
            }
        }
    }

    [Fact]
    public void Integers_above_2_to_the_53_stay_apart()
    {
        var a = Of(Tensor.From([(1L << 53) + 1, 1L << 53], 2));
        var b = Of(Tensor.From([1L << 53, (1L << 53) + 1], 2));

        Agree("aten::eq.Tensor", a, b);
        Agree("aten::maximum", a, b);
    }

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void A_number_is_rounded_where_it_is_compared_or_taken_and_not_where_it_is_computed_with(DType dtype)
    {
        var tenth = Of(Casts.To(Tensor.From([0.1f, 0.2f, 3], 3), dtype));
        var many = Of(Tensor.From([1000001L, 257, 3], 3));

        Agree("aten::eq.Scalar", tenth, (Scalar)0.1);
        Agree("aten::clamp", tenth, (Scalar)0.1, (Scalar)0.2);
        Agree("aten::where.ScalarOther", Of(Tensor.From([true, false, false], 3)), tenth, (Scalar)0.3);
        Agree("aten::full_like", tenth, (Scalar)0.3);
        Agree("aten::mul.Scalar", tenth, (Scalar)0.1);
        Agree("aten::pow.Scalar", (Scalar)1.1, tenth);
        Agree("aten::add.Tensor", tenth, many);
        Agree("aten::div.Tensor", many, tenth);
    }

    [Fact]
    public void Negative_numbers_are_operands()
    {
        var x = Row([1, 2, 3, 4]);

        Agree("aten::rsub.Scalar", x, (Scalar)(-2.5), (Scalar)(-3));
        Agree("aten::pow.Scalar", (Scalar)(-2), Of(Tensor.From([0L, 1, 2, 3], 4)));
        Agree("aten::arange.start_step", (Scalar)(-2), (Scalar)(-9), (Scalar)(-3), DType.Float32);
    }

    [Fact]
    public void What_has_no_elements_has_none_under_other_sizes()
    {
        SampleTensor none = Of(Tensor.Empty(DType.Float32, 0, 5)), some = Of(Tensor.From([.. Enumerable.Range(0, 10).Select(i => (float)i)], 2, 5));

        Agree("aten::view", none, new Dim[] { 5, 0 });
        Agree("aten::roll", none, new Dim[] { 3 }, Array.Empty<long>());
        Agree("aten::flip", none, new long[] { 0 });
        Agree("aten::repeat", none, new Dim[] { 2, 1 });
        Agree("aten::cat", new SampleTensor?[] { none, some, Of(Tensor.Empty(DType.Float32, 0)), some }, 0L);
        Agree("aten::slice.Tensor", some, 1L, (Dim)3, (Dim)long.MaxValue, (Dim)long.MaxValue);
        Agree("aten::slice.Tensor", some, 1L, (Dim)long.MaxValue, (Dim)long.MaxValue, (Dim)1);
        Agree("aten::constant_pad_nd", some, new Dim[] { -6, 7, -2, 3 }, (Scalar)(-1));
        Agree("aten::tril", some, (Dim)long.MaxValue);
        Agree("aten::triu", some, (Dim)long.MinValue);
    }

    [Fact]
    public void Nothing_is_read_through_a_chain_from_what_has_no_elements_and_negative_numbers_may_be_negated()
    {
        _ = CudaTest.CompilingDevice;
        GraphInput[] inputs = [new("x", new(DType.Float32, [0, 5]))];
        static Tensor[] Chain(Tensor[] x) =>
            [Neg.Invoke(Full.Invoke([4], -2.0)), ConstantPadNd.Invoke(View.Invoke(x[0], [5, 0]), [1, 2], 7)];
        using var compiled = GraphCompiler.Compile(inputs, Chain, new() { Backend = Backend.Cuda, Passes = [], Dispatcher = Plain });
        var results = compiled.Run([Tensor.Empty(DType.Float32, 0, 5)]);

        Assert.Equal([.. Enumerable.Repeat(2f, 4)], results[0].ReadOnlySpan<float>());
        Assert.Equal([.. Enumerable.Repeat(7f, 15)], results[1].ReadOnlySpan<float>());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void A_row_outside_of_a_table_is_an_error(long row)
    {
        foreach (int rows in (int[])[1, 2])
        {
            var error = Assert.ThrowsAny<EvergraphException>(() => OnDevice("aten::embedding", Of(Tensor.Zeros(DType.Float32, rows, 4)), Of(Tensor.From([0L, row], 2))));
            Assert.Contains("a number that it takes as a place is outside of the tensor that it indexes", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_index_counts_from_either_end()
    {
        var x = Row([1, 2, 3]);

        Agree("aten::index.Tensor", x, new SampleTensor?[] { Of(Tensor.From([0L, 2, -1, -3], 4)) });
        Assert.ThrowsAny<EvergraphException>(() => OnDevice("aten::index.Tensor", x, new SampleTensor?[] { Of(Tensor.From([-4L], 1)) }));
    }

    [Theory]
    [InlineData("aten::floor_divide.Scalar")]
    [InlineData("aten::div.Scalar_mode")]
    public void A_division_of_integers_by_zero_is_the_error_of_the_host(string name)
    {
        SampleTensor x = Of(Tensor.From([1L, 2], 2));
        object?[] arguments = name.EndsWith("_mode", StringComparison.Ordinal) ? [x, (Scalar)0, "trunc"] : [x, (Scalar)0];

        Assert.Contains("an integer is divided by zero", Assert.ThrowsAny<EvergraphException>(() => OnDevice(name, arguments)).Message, StringComparison.Ordinal);
    }

    private static void Agree(string name, params object?[] arguments)
    {
        _ = CudaTest.CompilingDevice;
        var sample = Sample(name, arguments);
        Assert.Equal("", string.Concat(new CudaBackend().Place(sample.Graph, Plain).Select(placement => placement.Reason)));
        string? difference = Rounding.Difference(OnDevice(name, arguments), sample.Reference()[0]);
        Assert.True(difference is null, $"{name}: {difference}");
    }

    private static Tensor OnDevice(string name, params object?[] arguments)
    {
        _ = CudaTest.CompilingDevice;
        var sample = Sample(name, arguments);
        using var compiled = GraphCompiler.Compile(sample.Graph, new() { Backend = Backend.Cuda, Passes = [], Dispatcher = Plain });
        return compiled.Run(sample.Inputs)[0];
    }

    private static SampleGraph Sample(string name, object?[] arguments) =>
        new(Registry.Find(name)!, new SampleBuilder(new Random(0)).Call(arguments), isSymbolic: false);

    private static SampleTensor Row(float[] numbers) => Of(Tensor.From(numbers, numbers.Length));

    private static SampleTensor Of(Tensor tensor) => new(tensor.Type, EquatableArray.Create<Tensor>([tensor]));
}
