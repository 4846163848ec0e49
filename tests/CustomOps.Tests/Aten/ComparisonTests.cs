using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

public class ComparisonTests
{
    private static readonly Tensor A = Tensor.From([1f, 2, 3, float.NaN], 4);
    private static readonly Tensor B = Tensor.From([2L, 2, 2, 2], 4);

    [Fact]
    public void Tensors_compare_in_the_promoted_type()
    {
        Assert.Equal([false, true, false, false], Read(EqTensor.Invoke(A, B)));
        Assert.Equal([true, false, true, true], Read(NeTensor.Invoke(A, B)));
        Assert.Equal([true, false, false, false], Read(LtTensor.Invoke(A, B)));
        Assert.Equal([true, true, false, false], Read(LeTensor.Invoke(A, B)));
        Assert.Equal([false, false, true, false], Read(GtTensor.Invoke(A, B)));
        Assert.Equal([false, true, true, false], Read(GeTensor.Invoke(A, B)));
    }

    [Fact]
    public void Numbers_compare_with_tensors()
    {
        Assert.Equal([false, true, false, false], Read(EqScalar.Invoke(A, 2)));
        Assert.Equal([true, false, true, true], Read(NeScalar.Invoke(A, 2)));
        Assert.Equal([true, false, false, false], Read(LtScalar.Invoke(A, 2)));
        Assert.Equal([true, true, false, false], Read(LeScalar.Invoke(A, 2.0)));
        Assert.Equal([false, false, true, false], Read(GtScalar.Invoke(A, 2)));
        Assert.Equal([false, true, true, false], Read(GeScalar.Invoke(A, 2)));
        Assert.Equal([true, true, true, true], Read(LtScalar.Invoke(B, 2.5)));
        Assert.Equal([false, true], Read(EqScalar.Invoke(Tensor.From([false, true], 2), true)));
    }

    [Fact]
    public void Rows_compare_with_columns()
    {
        var row = Tensor.From([0L, 1, 2], 1, 3);
        var column = Tensor.From([0L, 1, 2], 3, 1);

        Assert.Equal([true, false, false, true, true, false, true, true, true], Read(LeTensor.Invoke(row, column)));
    }

    [Fact]
    public void Nan_is_found() => Assert.Equal([false, false, false, true], Read(Isnan.Invoke(A)));

    [Fact]
    public void Where_promotes_and_repeats()
    {
        var condition = Tensor.From([true, false], 2, 1);

        var result = WhereSelf.Invoke(condition, Tensor.From([1, 2, 3], 3), Tensor.Scalar(0.5f));

        Assert.Equal("float32[2, 3]", result.Type.ToString());
        Assert.Equal([1f, 2, 3, 0.5f, 0.5f, 0.5f], result.ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Where_takes_numbers_on_either_side()
    {
        var condition = Tensor.From([true, false], 2);
        var x = Tensor.From([(Half)1f, (Half)2f], 2);

        Assert.Equal([1f, float.NegativeInfinity], WhereScalarOther.Invoke(condition, x, double.NegativeInfinity).ReadOnlySpan<Half>().ToArray().Select(y => (float)y));
        Assert.Equal([0f, 2f], WhereScalarSelf.Invoke(condition, 0, x).ReadOnlySpan<Half>().ToArray().Select(y => (float)y));
        Assert.Equal([1L, 2L], WhereScalar.Invoke(condition, 1, 2).ReadOnlySpan<long>().ToArray());
        Assert.Equal([1f, 2.5f], WhereScalar.Invoke(condition, 1, 2.5).ReadOnlySpan<float>().ToArray());
        var error = Assert.Throws<ShapeException>(() => WhereSelf.Invoke(x, x, x));
        Assert.EndsWith("the condition is not bool: compare it with zero", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_masked_fill_keeps_the_type_of_self()
    {
        var mask = Tensor.From([true, false], 2);

        Assert.Equal([2, 5], MaskedFillScalar.Invoke(Tensor.From([4, 5], 2), mask, 2.7).ReadOnlySpan<int>().ToArray());
        Assert.Equal([float.NegativeInfinity, 5], MaskedFillScalar.Invoke(Tensor.From([5f], 1), mask, double.NegativeInfinity).ReadOnlySpan<float>().ToArray());
        Assert.Equal([1, 5], MaskedFillTensor.Invoke(Tensor.From([4, 5], 2), mask, Tensor.Scalar(true)).ReadOnlySpan<int>().ToArray());
        var error = Assert.Throws<ShapeException>(() => MaskedFillTensor.Invoke(A, Tensor.From([true], 1), Tensor.From([1f], 1)));
        Assert.EndsWith("the value has dimensions: expected a 0-d tensor, given float32[1]", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ShapeException>(() => MaskedFillScalar.Invoke(A, A, 1));
        Assert.EndsWith("the mask is not bool: compare it with zero", error.Message, StringComparison.Ordinal);
    }

    private static bool[] Read(Tensor tensor) => tensor.ReadOnlySpan<bool>().ToArray();
}
