using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

public class CreationTests
{
    private static readonly Dim S = new Symbol("s", 0, 4096);

    [Fact]
    public void Ranges_of_integers_are_int64()
    {
        Assert.Equal([0L, 1, 2, 3, 4], Arange.Invoke(5).ReadOnlySpan<long>().ToArray());
        Assert.Equal([2L, 3], ArangeStart.Invoke(2, 4).ReadOnlySpan<long>().ToArray());
        Assert.Equal([5L, 3, 1], ArangeStartStep.Invoke(5, 0, -2).ReadOnlySpan<long>().ToArray());
        Assert.Equal([0L, 3, 6], ArangeStartStep.Invoke(0, 9, 3).ReadOnlySpan<long>().ToArray());
        Assert.Equal([0L, 3, 6, 9], ArangeStartStep.Invoke(0, 10, 3).ReadOnlySpan<long>().ToArray());
        Assert.Empty(Arange.Invoke(0).ReadOnlySpan<long>().ToArray());
    }

    [Fact]
    public void Ranges_of_other_numbers_are_float32()
    {
        Assert.Equal([1f, 1.5f, 2], ArangeStartStep.Invoke(1, 2.5, 0.5).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0f, 1, 2], Arange.Invoke(2.5).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0f, 1, 2], Arange.Invoke(3, DType.Float32).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0.1f, 0.4f, 0.7f], ArangeStartStep.Invoke(0.1, 1.0, 0.3).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0f, 1, 256, 256, 258], Read(Arange.Invoke(259, DType.BFloat16), 0, 1, 256, 257, 258));
    }

    [Fact]
    public void Int64_truncates_before_it_counts_and_int32_after()
    {
        Assert.Equal([0L, 1], Arange.Invoke(2.5, DType.Int64).ReadOnlySpan<long>().ToArray());
        Assert.Equal([0, 1, 2], Arange.Invoke(2.5, DType.Int32).ReadOnlySpan<int>().ToArray());
    }

    [Fact]
    public void Long_ranges_go_on_over_chunks()
    {
        var range = ArangeStartStep.Invoke(-7, 3000, 2).ReadOnlySpan<long>();

        Assert.Equal(1504, range.Length);
        for (int i = 0; i < range.Length; i++)
            Assert.Equal(-7 + (2 * i), range[i]);
    }

    [Fact]
    public void Symbolic_ends_give_symbolic_lengths()
    {
        Assert.Equal("int64[s]", ArithmeticSequence.TypeOf(0, S, 1, null).ToString());
        Assert.Equal(Shape.Of(S), ArithmeticSequence.TypeOf(3, S + 3, 1, null).Shape);
        Assert.Equal(Shape.Of(Dim.CeilDiv(S, 2)), ArithmeticSequence.TypeOf(0, S, 2, null).Shape);
        Assert.Equal(Shape.Of(S), ArithmeticSequence.TypeOf(S, 0, -1, null).Shape);
        Assert.Equal("float32[s]", ArithmeticSequence.TypeOf(0, S, 1, DType.Float32).ToString());
    }

    [Fact]
    public void A_range_that_cannot_be_counted_is_refused()
    {
        AssertRefused(() => ArangeStartStep.Invoke(0, 5, 0), "the step of a int64 sequence is zero: expected another number, given 0");
        AssertRefused(() => ArangeStartStep.Invoke(0, 5, 0.5, DType.Int64), "the step of a int64 sequence is zero: expected another number, given 0.5");
        AssertRefused(() => ArangeStart.Invoke(5, 0), "the step of a sequence leads away from its end: expected 0 >= 5, given 0");
        AssertRefused(() => ArangeStartStep.Invoke(0.0, 5, -1), "the step of a sequence leads away from its end: given 0.0 to 5.0 by -1.0");
        AssertRefused(() => Arange.Invoke(double.PositiveInfinity), "the ends of a sequence are not finite: given 0.0 and inf");
        AssertRefused(() => Arange.Invoke(1e15), "a sequence has too many elements: expected at most 2147483647, given 1000000000000000.0");
        AssertRefused(() => Arange.Invoke(5, DType.Bool), "a sequence of bools is not defined: expected an integer or floating-point dtype");
        AssertRefused(() => ArithmeticSequence.TypeOf(0, 5, S, null), "the step of a sequence is symbolic: expected a constant, given s");
        AssertRefused(() => ArithmeticSequence.TypeOf(0.5, S, 1, null), "a sequence mixes a symbolic end with floating-point numbers: expected integers, given s");
    }

    [Fact]
    public void Fills_take_their_type_from_the_number()
    {
        Assert.Equal("int64[2]", Full.Invoke([2], 7).Type.ToString());
        Assert.Equal("bool[]", Full.Invoke([], true).Type.ToString());
        Assert.Equal([2.5f, 2.5f], Full.Invoke([2], 2.5).ReadOnlySpan<float>().ToArray());
        Assert.Equal([float.NegativeInfinity], FullLike.Invoke(Tensor.From([1f], 1), double.NegativeInfinity).ReadOnlySpan<float>().ToArray());
        Assert.Equal([2, 2], FullLike.Invoke(Tensor.From([1, 1], 2), 2.9).ReadOnlySpan<int>().ToArray());
        Assert.Equal(Enumerable.Repeat(9_007_199_254_740_993L, 3), Full.Invoke([3], 9_007_199_254_740_993L).ReadOnlySpan<long>().ToArray());
    }

    [Fact]
    public void A_negative_size_is_refused() => AssertRefused(() => Zeros.Invoke([2, -1]), "a size is negative: expected -1 >= 0, given -1");

    [Fact]
    public void Ones_and_zeros_of_any_type()
    {
        foreach (var dtype in DTypes.All)
        {
            Assert.Equal([1.0, 1], Casts.To(Ones.Invoke([2], dtype), DType.Float64).ReadOnlySpan<double>().ToArray());
            Assert.Equal([1.0], Casts.To(OnesLike.Invoke(Tensor.Zeros(dtype, 1)), DType.Float64).ReadOnlySpan<double>().ToArray());
            Assert.Equal([0.0], Casts.To(ZerosLike.Invoke(Tensor.From([3f], 1), dtype), DType.Float64).ReadOnlySpan<double>().ToArray());
            Assert.Equal(dtype, NewOnes.Invoke(Tensor.Zeros(dtype), [1]).DType);
            Assert.Equal([0.0], Casts.To(EmptyLike.Invoke(Tensor.From([3f], 1), dtype), DType.Float64).ReadOnlySpan<double>().ToArray());
        }

        Assert.Equal(DType.Float32, Zeros.Invoke([1]).DType);
        Assert.Equal("float32[3, 2]", Empty.Invoke([3, 2]).Type.ToString());
    }

    [Fact]
    public void A_number_becomes_a_float32_tensor_unless_told_otherwise()
    {
        Assert.Equal("float32[]", ScalarTensor.Invoke(3).Type.ToString());
        Assert.Equal("int64[]", ScalarTensor.Invoke(3, DType.Int64).Type.ToString());
    }

    private static float[] Read(Tensor tensor, params int[] places)
    {
        var all = Casts.To(tensor, DType.Float32);
        return [.. places.Select(place => all.ReadOnlySpan<float>()[place])];
    }

    private static void AssertRefused(Func<object> call, string message) =>
        Assert.EndsWith(message, Assert.Throws<ShapeException>(call).Message, StringComparison.Ordinal);
}
