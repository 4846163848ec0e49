using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten.Reductions;

/// <summary>Facts about PyTorch's reductions: element types, empty axes, NaN, and how much a sum loses.</summary>
public class ReductionTests
{
    private static readonly Tensor Six = Given.Range(2, 3);
    private static readonly Dim S = new Symbol("s70", 0, 4096);

    [Fact]
    public void Integers_and_truth_values_are_summed_in_int64()
    {
        Given.AssertIs([2L], [], Sum.Invoke(Tensor.From([true, false, true], 3)));
        Given.AssertIs([254L], [], Sum.Invoke(Tensor.From(new sbyte[] { 127, 127 }, 2)));
        Given.AssertIs(new sbyte[] { -2 }, [], Sum.Invoke(Tensor.From(new sbyte[] { 127, 127 }, 2), DType.Int8));
        Given.AssertIs([long.MinValue], [], Sum.Invoke(Given.Indices(long.MaxValue, 1)));
        Given.AssertIs([1.5f], [], Sum.Invoke(Tensor.From([0.5, 1], 2), DType.Float32));
    }

    [Fact]
    public void Axes_are_summed()
    {
        Given.AssertIs([3f, 5, 7], [3], SumDimIntList.Invoke(Six, [0]));
        Given.AssertIs([3f, 12], [2, 1], SumDimIntList.Invoke(Six, [-1], true));
        Given.AssertIs([15f], [], SumDimIntList.Invoke(Six, []));
        Given.AssertIs([15f], [1, 1], SumDimIntList.Invoke(Six, null, true));
        Given.AssertIs([60f, 92, 124], [3], SumDimIntList.Invoke(Given.Range(2, 3, 4), [0, 2]));
        Given.AssertIs([0f, 0], [2], SumDimIntList.Invoke(Tensor.Zeros(DType.Float32, 2, 0), [1]));
        Given.AssertIs([1f], [], Prod.Invoke(Tensor.Zeros(DType.Float32, 0)));
        Given.AssertIs([0f, 4, 10], [3], ProdDimInt.Invoke(Six, 0));
        Assert.Equal([1, S, 1], SumDimIntList.Fake(new(DType.Float32, [1, S, 64]), [-1], true, null).Shape);
    }

    [Fact]
    public void Means_are_of_floating_types()
    {
        Given.AssertIs([1f, 4], [2, 1], MeanDim.Invoke(Six, [-1], true));
        Given.AssertIs([2.5f], [], Mean.Invoke(Six));
        Given.AssertIs([1.5], [], Mean.Invoke(Given.Indices(1, 2), DType.Float64));
        Given.AssertIs([float.NaN], [], Mean.Invoke(Tensor.Zeros(DType.Float32, 0)));
        Assert.Equal(
            "a mean is a floating-point number: expected a floating type, given int64; convert first or pass dtype",
            Given.Refused(() => MeanDim.Fake(new(DType.Int64, [S]), [0], false, null)));
    }

    [Fact]
    public void Long_sums_stay_exact()
    {
        var tenths = Tensor.Empty(DType.Float32, 1 << 20);
        tenths.Span<float>().Fill(0.1f);
        double exact = (1 << 20) * (double)0.1f;
        Assert.Equal(exact, Sum.Invoke(tenths).ReadOnlySpan<float>()[0], exact * 1e-6);
        Assert.Equal(exact / 2, SumDimIntList.Invoke(tenths.Reinterpret(1 << 19, 2), [0]).ReadOnlySpan<float>()[1], exact * 1e-6);
        var ones = Tensor.Empty(DType.BFloat16, 300);
        ones.Span<BFloat16>().Fill((BFloat16)1f);
        Assert.Equal(300f, (float)Sum.Invoke(ones).ReadOnlySpan<BFloat16>()[0]);
    }

    [Fact]
    public void Extremes_pass_NaN_on()
    {
        var odd = Tensor.From([1f, float.NaN, 3, 2], 2, 2);
        Given.AssertIs([float.NaN, 3], [2], Amax.Invoke(odd, [1]));
        Given.AssertIs([1f, float.NaN], [2], Amin.Invoke(odd, [0]));
        Given.AssertIs([float.NaN], [], Max.Invoke(odd));
        Given.AssertIs([1f], [], Min.Invoke(Tensor.From([3f, 1], 2)));
        Given.AssertIs([true], [], Max.Invoke(Tensor.From([false, true], 2)));
        Given.AssertIs([5f], [1, 1], Amax.Invoke(Six, [], true));
        Assert.Equal("dimension 1 has no elements to choose from: expected 0 >= 1, given 0", Given.Refused(() => Amax.Fake(new(DType.Float32, [2, 0]), [1], false)));
    }

    [Fact]
    public void The_first_extreme_is_found()
    {
        var values = Tensor.From([3, 7, 7, -1, 4, -1], 2, 3);
        Given.AssertIs([1L, 1], [2], Argmax.Invoke(values, 1));
        Given.AssertIs([0L, 0, 0], [1, 3], Argmax.Invoke(values, 0, true));
        Given.AssertIs([1L], [], Argmax.Invoke(values));
        Given.AssertIs([3L], [1, 1], Argmin.Invoke(values, null, true));
        var (best, places) = MaxDim.Invoke(values, 1);
        Given.AssertIs([7, 4], [2], best);
        Given.AssertIs([1L, 1], [2], places);
        (best, places) = MinDim.Invoke(values, 1, true);
        Given.AssertIs([3, -1], [2, 1], best);
        Given.AssertIs([0L, 0], [2, 1], places);
        Given.AssertIs([1L], [], Argmin.Invoke(Tensor.From([1f, float.NaN, float.NaN, 0], 4)));
        Assert.Equal("bool has no order here: expected a number type, given bool", Given.Refused(() => Argmax.Fake(new(DType.Bool, [3]), null, false)));
    }

    [Fact]
    public void Truth_of_all_and_any()
    {
        var values = Tensor.From([0f, float.NaN, 0, -0f], 2, 2);
        Given.AssertIs([true, false], [2], AnyDim.Invoke(values, 1));
        Given.AssertIs([false, false], [1, 2], AllDim.Invoke(values, 0, true));
        Given.AssertIs([true], [], Any.Invoke(values));
        Given.AssertIs([false], [], Any.Invoke(Tensor.Zeros(DType.Bool, 0)));
        Given.AssertIs([true], [], All.Invoke(Tensor.Zeros(DType.Bool, 0)));
        Given.AssertIs(new byte[] { 1 }, [], Any.Invoke(Tensor.From(new byte[] { 0, 200 }, 2)));
        Given.AssertIs(new byte[] { 1, 1 }, [2], AllDim.Invoke(Tensor.Zeros(DType.UInt8, 2, 0), 1));
    }

    [Fact]
    public void Running_sums_and_differences()
    {
        Given.AssertIs([1L, 1, 2], [3], Cumsum.Invoke(Tensor.From([true, false, true], 3), 0));
        Given.AssertIs([0f, 1, 2, 3, 5, 7], [2, 3], Cumsum.Invoke(Six, 0));
        Given.AssertIs([0f, 1, 3, 3, 7, 12], [2, 3], Cumsum.Invoke(Six, -1));
        Given.AssertIs(new sbyte[] { 127, -2 }, [2], Cumsum.Invoke(Tensor.From(new sbyte[] { 127, 127 }, 2), 0, DType.Int8));
        Given.AssertIs([2L, -1], [2], Diff.Invoke(Given.Indices(1, 3, 2)));
        Given.AssertIs([2L, -1, 2, 1], [4], Diff.Invoke(Given.Indices(1, 3, 2), 1, -1, null, Given.Indices(4, 5)));
        Given.AssertIs([-3L], [1], Diff.Invoke(Given.Indices(1, 3, 2), 2));
        Given.AssertIs([3f, 3, 3], [1, 3], Diff.Invoke(Six, 1, 0));
        Given.AssertIs([true, false], [2], Diff.Invoke(Tensor.From([true, false, false], 3)));
        Given.AssertIs(Array.Empty<long>(), [0], Diff.Invoke(Given.Indices(1, 3), 5));
        Given.AssertIs([1L, 3], [2], Diff.Invoke(Given.Indices(1, 3), 0));
    }

    [Fact]
    public void Variances_divide_by_what_the_correction_leaves()
    {
        var values = Tensor.From([1.0, 2, 3, 4], 4);
        Given.AssertIs([5.0 / 3], [], VarCorrection.Invoke(values));
        Given.AssertIs([1.25], [], VarCorrection.Invoke(values, null, 0));
        Given.AssertIs([1.25], [1], VarDim.Invoke(values, [0], false, true));
        Given.AssertIs([float.NaN], [], VarCorrection.Invoke(Tensor.From([1f], 1)));
        Given.AssertIs([double.PositiveInfinity], [], VarCorrection.Invoke(values, null, 4));
        Given.AssertIs([double.PositiveInfinity], [], VarCorrection.Invoke(values, null, 7));
    }
}
