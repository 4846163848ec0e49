using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

/// <summary>Facts about PyTorch's arithmetic.</summary>
public class ArithmeticTests
{
    private static readonly Tensor Sevens = Tensor.From([7, -7, 7, -7, 6], 5);
    private static readonly Tensor Twos = Tensor.From([2, 2, -2, -2, -3], 5);

    [Fact]
    public void Integers_divide_as_floats_without_a_rounding_mode()
    {
        Assert.Equal([3.5f, -3.5f, -3.5f, 3.5f, -2], Read<float>(DivTensor.Invoke(Sevens, Twos)));
        Assert.Equal([3.5f, -3.5f, 3.5f, -3.5f, 3], Read<float>(DivTensorMode.Invoke(Sevens, Tensor.Scalar(2L), null)));
        Assert.Equal([3.5f, -3.5f, 3.5f, -3.5f, 3], Read<float>(DivScalar.Invoke(Sevens, 2)));
        Assert.Equal([0.5f], Read<float>(DivTensor.Invoke(Tensor.From([true], 1), Tensor.From(new byte[] { 2 }, 1))));
    }

    [Fact]
    public void Integers_divide_as_integers_with_one()
    {
        Assert.Equal([3, -3, -3, 3, -2], Read<int>(DivTensorMode.Invoke(Sevens, Twos, "trunc")));
        Assert.Equal([3, -4, -4, 3, -2], Read<int>(DivTensorMode.Invoke(Sevens, Twos, "floor")));
        Assert.Equal([3, -4, -4, 3, -2], Read<int>(FloorDivide.Invoke(Sevens, Twos)));
        Assert.Equal([-4, 3, -4, 3, -3], Read<int>(FloorDivideScalar.Invoke(Sevens, -2)));
        Assert.Equal([2f, -3, 2, -3, 2], Read<float>(DivScalarMode.Invoke(Sevens, 2.5, "floor")));
        Assert.Equal([2f, -2, 2, -2, 2], Read<float>(DivScalarMode.Invoke(Sevens, 2.5, "trunc")));
    }

    [Fact]
    public void The_smallest_integer_divided_by_minus_one_wraps()
    {
        Assert.Equal([int.MinValue], Read<int>(DivScalarMode.Invoke(Tensor.From([int.MinValue], 1), -1, "trunc")));
        Assert.Equal([long.MinValue], Read<long>(DivScalarMode.Invoke(Tensor.From([long.MinValue], 1), -1, "floor")));
        Assert.Equal([sbyte.MinValue], Read<sbyte>(DivScalarMode.Invoke(Tensor.From([sbyte.MinValue], 1), -1, "floor")));
    }

    [Fact]
    public void An_integer_divided_by_zero_is_an_error()
    {
        var error = Assert.Throws<EvergraphException>(() => DivScalarMode.Invoke(Sevens, 0, "floor"));

        Assert.Equal("an integer is divided by zero: expected a divisor that is not 0; divide floating-point tensors for inf and nan", error.Message);
        Assert.Equal([float.PositiveInfinity], Read<float>(DivScalar.Invoke(Tensor.From([7], 1), 0)));
    }

    [Fact]
    public void Floats_divide_down_by_the_exact_remainder()
    {
        Assert.Equal([9.0, -4, 3], Read<double>(FloorDivide.Invoke(Tensor.From([1.0, -7.5, -7.5], 3), Tensor.From([0.1, 2, -2], 3))));
        Assert.Equal([float.PositiveInfinity, float.NaN], Read<float>(FloorDivide.Invoke(Tensor.From([5f, 0f], 2), Tensor.From([0f, 0f], 2))));
        Assert.Equal([-3f], Read<float>(DivTensorMode.Invoke(Tensor.From([-7.5f], 1), Tensor.From([2f], 1), "trunc")));
    }

    [Fact]
    public void A_rounding_mode_that_does_not_exist_is_refused()
    {
        var error = Assert.Throws<ShapeException>(() => DivTensorMode.Invoke(Sevens, Twos, "up"));

        Assert.EndsWith("rounding_mode is unknown: expected none, 'trunc' or 'floor', given 'up'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_wrap_around()
    {
        Assert.Equal(new byte[] { 4 }, Read<byte>(AddScalar.Invoke(Tensor.From(new byte[] { 250 }, 1), 10)));
        Assert.Equal([-128], Read<sbyte>(Abs.Invoke(Tensor.From(new sbyte[] { -128 }, 1))).Select(x => (int)x));
        Assert.Equal(new byte[] { 255 }, Read<byte>(Neg.Invoke(Tensor.From(new byte[] { 1 }, 1))));
        Assert.Equal([int.MinValue], Read<int>(AddScalar.Invoke(Tensor.From([int.MaxValue], 1), 1)));
        Assert.Equal([1_410_065_408], Read<int>(MulScalar.Invoke(Tensor.From([100_000], 1), 100_000)));
    }

    [Fact]
    public void Alpha_scales_the_other_side()
    {
        var (a, b) = (Tensor.From([10f], 1), Tensor.From([3f], 1));

        Assert.Equal([16f], Read<float>(AddTensor.Invoke(a, b, 2)));
        Assert.Equal([4f], Read<float>(SubTensor.Invoke(a, b, 2)));
        Assert.Equal([-17f], Read<float>(RsubTensor.Invoke(a, b, 2)));
        Assert.Equal([4f], Read<float>(SubScalar.Invoke(a, 3, 2)));
        Assert.Equal([-17f], Read<float>(RsubScalar.Invoke(a, 3, 2)));
        Assert.Equal([11.5f], Read<float>(AddScalar.Invoke(a, 3, 0.5)));
    }

    [Fact]
    public void Alpha_must_fit_the_result()
    {
        var error = Assert.Throws<ShapeException>(() => AddTensor.Invoke(Sevens, Twos, 0.5));
        Assert.EndsWith("alpha does not fit the result: expected a number that int32 holds, given 0.5", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ShapeException>(() => AddTensor.Invoke(Sevens, Twos, true));
        Assert.EndsWith("alpha does not fit the result: expected a number that int32 holds, given true", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bools_add_as_or_and_multiply_as_and()
    {
        var (a, b) = (Tensor.From([true, true, false, false], 4), Tensor.From([true, false, true, false], 4));

        Assert.Equal([true, true, true, false], Read<bool>(AddTensor.Invoke(a, b)));
        Assert.Equal([true, true, false, false], Read<bool>(AddTensor.Invoke(a, b, false)));
        Assert.Equal([true, false, false, false], Read<bool>(MulTensor.Invoke(a, b)));
        Assert.Equal([2L, 2, 1, 1], Read<long>(AddScalar.Invoke(a, 1)));
        Assert.Equal([true, true, true, false], Read<bool>(Maximum.Invoke(a, b)));
        Assert.Equal([true, false, false, false], Read<bool>(MinOther.Invoke(a, b)));
    }

    [Fact]
    public void Bools_are_neither_subtracted_nor_negated()
    {
        var a = Tensor.From([true], 1);

        var error = Assert.Throws<ShapeException>(() => SubTensor.Invoke(Sevens, a));
        Assert.EndsWith("bools cannot be subtracted: use logical_not or bitwise operators", error.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => SubScalar.Invoke(a, 1));
        Assert.Throws<ShapeException>(() => RsubScalar.Invoke(Sevens, true));
        error = Assert.Throws<ShapeException>(() => Neg.Invoke(a));
        Assert.EndsWith("a bool tensor cannot be negated: use logical_not or bitwise_not", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Powers_of_integers_are_integers()
    {
        var x = Tensor.From([2, -2, 3, 0], 4);

        Assert.Equal([8, -8, 27, 0], Read<int>(PowTensorScalar.Invoke(x, 3)));
        Assert.Equal([1, 1, 1, 1], Read<int>(PowTensorScalar.Invoke(x, 0)));
        Assert.Equal([1_870_418_611], Read<int>(PowTensorScalar.Invoke(Tensor.From([3], 1), 21)));
        Assert.Equal([-13], Read<sbyte>(PowTensorScalar.Invoke(Tensor.From(new sbyte[] { 3 }, 1), 5)).Select(y => (int)y));
        Assert.Equal([4f, 4, 9, 0], Read<float>(PowTensorScalar.Invoke(x, 2.0)));
        Assert.Equal([8L, 1, 9], Read<long>(PowScalar.Invoke(2, Tensor.From([3L, 0, 1], 3))).Zip([0L, 0, 7], (y, z) => y + z));
    }

    [Fact]
    public void Negative_powers_of_integers_truncate_between_tensors_and_are_refused_for_a_number()
    {
        var powers = PowTensorTensor.Invoke(Tensor.From([2, 1, -1, -1], 4), Tensor.From([-1, -5, -3, -2], 4));

        Assert.Equal([0, 1, -1, 1], Read<int>(powers));
        var error = Assert.Throws<ShapeException>(() => PowTensorScalar.Invoke(Tensor.From([2], 1), -1));
        Assert.Contains("an integer cannot be raised to a negative integer: expected -1 >= 0, given -1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Powers_of_floats_take_negative_bases()
    {
        Assert.Equal([-8f, -0.125f, 4, 1], Read<float>(PowTensorTensor.Invoke(Tensor.From([-2f, -2, -2, -2], 4), Tensor.From([3f, -3, 2, 0], 4))));
        Assert.Equal([-32f, float.NaN], Read<float>(PowTensorTensor.Invoke(Tensor.From([-2f, -2], 2), Tensor.From([5f, 0.5f], 2))));
        var x = Tensor.From([4f, 0.25f], 2);
        Assert.Equal([2f, 0.5f], Read<float>(PowTensorScalar.Invoke(x, 0.5)));
        Assert.Equal([0.5f, 2], Read<float>(PowTensorScalar.Invoke(x, -0.5)));
        Assert.Equal([0.25f, 4], Read<float>(PowTensorScalar.Invoke(x, -1)));
        Assert.Equal([1f / 16, 16], Read<float>(PowTensorScalar.Invoke(x, -2)));
        Assert.Equal([64f, 1f / 64], Read<float>(PowTensorScalar.Invoke(x, 3)));
        Assert.Equal([8f, 1f / 8], Read<float>(PowTensorScalar.Invoke(x, 1.5)));
    }

    [Fact]
    public void Limits_clamp_and_the_upper_one_wins()
    {
        var x = Tensor.From([-3f, 0.5f, 3, float.NaN], 4);

        Assert.Equal([-1f, 0.5f, 1, float.NaN], Read<float>(Clamp.Invoke(x, -1, 1)));
        Assert.Equal([-2f, -2, -2, float.NaN], Read<float>(Clamp.Invoke(x, 5, -2)));
        Assert.Equal([0f, 0.5f, 3, float.NaN], Read<float>(ClampMin.Invoke(x, 0)));
        Assert.Equal([-3f, 0, 0, float.NaN], Read<float>(ClampMax.Invoke(x, 0)));
        Assert.All(Read<float>(Clamp.Invoke(x, double.NaN, null)), y => Assert.True(float.IsNaN(y)));
        Assert.Equal([-1f], Read<float>(Clamp.Invoke(Tensor.From([-3], 1), -1.0, null)));
        Assert.Equal([-1], Read<int>(Clamp.Invoke(Tensor.From([-3], 1), -1, null)));
        var error = Assert.Throws<ShapeException>(() => Clamp.Invoke(x));
        Assert.EndsWith("there is no limit: expected min, max or both", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nan_wins_minimum_and_maximum()
    {
        var (a, b) = (Tensor.From([float.NaN, 1, 2], 3), Tensor.From([1, float.NaN, 1], 3));

        Assert.Equal([float.NaN, float.NaN, 1], Read<float>(Minimum.Invoke(a, b)));
        Assert.Equal([float.NaN, float.NaN, 2], Read<float>(MaxOther.Invoke(a, b)));
    }

    [Fact]
    public void Halves_round_to_even()
    {
        Assert.Equal([0f, 2, 2, -2, -0f, 3], Read<float>(Round.Invoke(Tensor.From([0.5f, 1.5f, 2.5f, -1.5f, -0.5f, 2.6f], 6))));
        Assert.Equal([-2f, 1], Read<float>(Floor.Invoke(Tensor.From([-1.5f, 1.5f], 2))));
        Assert.Equal([-1f, 2], Read<float>(Ceil.Invoke(Tensor.From([-1.5f, 1.5f], 2))));
        Assert.Equal([5], Read<int>(Round.Invoke(Tensor.From([5], 1))));
    }

    [Fact]
    public void Functions_of_integers_are_float32()
    {
        Assert.Equal([2f, 3], Read<float>(Sqrt.Invoke(Tensor.From([4L, 9], 2))));
        Assert.Equal([0.5f], Read<float>(Rsqrt.Invoke(Tensor.From([4], 1))));
        Assert.Equal([0.25f], Read<float>(Reciprocal.Invoke(Tensor.From([4], 1))));
        Assert.Equal([float.PositiveInfinity], Read<float>(Rsqrt.Invoke(Tensor.From([0f], 1))));
        Assert.Equal([float.NaN, float.NegativeInfinity], Read<float>(Log.Invoke(Tensor.From([-1f, 0], 2))));
        Assert.Equal([1f], Read<float>(Exp.Invoke(Tensor.From([false], 1))));
    }

    [Fact]
    public void Functions_follow_the_mathematics()
    {
        var x = Enumerable.Range(-400, 801).Select(i => i / 20f).ToArray();
        var tensor = Tensor.From(x, x.Length);

        AssertClose(x, Math.Sin, Sin.Invoke(tensor));
        AssertClose(x, Math.Cos, Cos.Invoke(tensor));
        AssertClose(x, Math.Tanh, Tanh.Invoke(tensor));
        AssertClose(x, y => 1 / (1 + Math.Exp(-y)), Sigmoid.Invoke(tensor));
        AssertClose(x, y => y / (1 + Math.Exp(-y)), Silu.Invoke(tensor));
        AssertClose(x, ErrorFunction.Of, Erf.Invoke(tensor));
        Assert.Equal([1e-10f], Read<float>(Tanh.Invoke(Tensor.From([1e-10f], 1))));
    }

    [Fact]
    public void Bits_combine()
    {
        var (a, b) = (Tensor.From([12, -1], 2), Tensor.From([10, 255], 2));

        Assert.Equal([8, 255], Read<int>(BitwiseAndTensor.Invoke(a, b)));
        Assert.Equal([14, -1], Read<int>(BitwiseOrTensor.Invoke(a, b)));
        Assert.Equal([4, 7], Read<int>(BitwiseAndScalar.Invoke(a, 7)));
        Assert.Equal([-13, 0], Read<int>(BitwiseNot.Invoke(a)));
        Assert.Equal([false, true], Read<bool>(BitwiseNot.Invoke(Tensor.From([true, false], 2))));
        Assert.Equal([true, false], Read<bool>(AndTensor.Invoke(Tensor.From([true, false], 2), Tensor.From([true], 1))));
        Assert.Equal([true, true], Read<bool>(OrScalar.Invoke(Tensor.From([true, false], 2), true)));
        Assert.Equal([1L, 0], Read<long>(AndScalar.Invoke(Tensor.From([true, false], 2), 1)));
        var error = Assert.Throws<ShapeException>(() => OrTensor.Invoke(a, Tensor.From([1f], 1)));
        Assert.EndsWith("bits of floating-point numbers cannot be combined: expected integers or bools, given float32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truth_of_any_number()
    {
        var (a, b) = (Tensor.From([0f, 0.5f, float.NaN], 3), Tensor.From([1L, 0, 2], 3));

        Assert.Equal([true, false, false], Read<bool>(LogicalNot.Invoke(a)));
        Assert.Equal([false, false, true], Read<bool>(LogicalAnd.Invoke(a, b)));
        Assert.Equal([true, true, true], Read<bool>(LogicalOr.Invoke(a, b)));
    }

    private static void AssertClose(float[] x, Func<double, double> expected, Tensor given)
    {
        var y = Read<float>(given);
        for (int i = 0; i < x.Length; i++)
            Assert.Equal(expected(x[i]), y[i], Math.Max(3e-7, Math.Abs(expected(x[i])) * 3e-7));
    }

    private static T[] Read<T>(Tensor tensor)
        where T : unmanaged => tensor.ReadOnlySpan<T>().ToArray();
}
