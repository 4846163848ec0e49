using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten.Indexing;

/// <summary>The examples of PyTorch's documentation, and its rules for sizes.</summary>
public class GatherScatterTests
{
    private static readonly Tensor Source = Tensor.From([1f, 2, 3, 4, 5, 6, 7, 8, 9, 10], 2, 5);
    private static readonly Tensor Zeros = Tensor.Zeros(DType.Float32, 3, 5);

    [Fact]
    public void Gathers()
    {
        Given.AssertIs([1f, 1, 4, 3], [2, 2], Gather.Invoke(Tensor.From([1f, 2, 3, 4], 2, 2), 1, Tensor.From([0L, 0, 1, 0], 2, 2)));
        Given.AssertIs([6f, 2, 8], [1, 3], Gather.Invoke(Source, 0, Tensor.From([1L, 0, 1], 1, 3)));
        Given.AssertIs([5f], [1], Gather.Invoke(Tensor.Scalar(5f), 0, Given.Indices(0)));
    }

    [Fact]
    public void Scatters()
    {
        Given.AssertIs([1f, 0, 0, 4, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0], [3, 5], ScatterSrc.Invoke(Zeros, 0, Tensor.From([0L, 1, 2, 0], 1, 4), Source));
        Given.AssertIs(
            [1f, 2, 3, 0, 0, 6, 7, 0, 0, 8, 0, 0, 0, 0, 0], [3, 5], ScatterSrc.Invoke(Zeros, 1, Tensor.From([0L, 1, 2, 0, 1, 4], 2, 3), Source));
        Given.AssertIs([0f, 0, 1.25f, 0, 0, 0, 0, 1.25f], [2, 4], ScatterValue.Invoke(Tensor.Zeros(DType.Float32, 2, 4), 1, Tensor.From([2L, 3], 2, 1), 1.25));
        Given.AssertIs([4f, 2], [2], ScatterAdd.Invoke(Tensor.Zeros(DType.Float32, 2), 0, Given.Indices(0, 1, 0), Tensor.From([1f, 2, 3], 3)));
    }

    [Fact]
    public void An_index_larger_than_the_tensor_is_refused()
    {
        Assert.Equal(
            "the index is larger than the tensor along dimension 0: expected 4 <= 3, given 4",
            Given.Refused(() => Gather.Fake(Zeros.Type, 1, new(DType.Int64, [4, 1]), false)));
        Assert.Equal(
            "the index is larger than the source along dimension 1: expected 2 <= 1, given 2",
            Given.Refused(() => ScatterSrc.Fake(Zeros.Type, 0, new(DType.Int64, [1, 2]), new(DType.Float32, [1, 1]))));
        Assert.Equal(
            "the index has a wrong element type: expected int64, given int32",
            Given.Refused(() => Gather.Fake(Zeros.Type, 1, new(DType.Int32, [1, 1]), false)));
        Assert.Equal(
            "index -1 is out of range: expected 0 to 4 along dimension 1",
            Assert.Throws<EvergraphException>(() => Gather.Invoke(Source, 1, Tensor.From([-1L], 1, 1))).Message);
    }

    [Fact]
    public void Rows_are_copied_and_looked_up()
    {
        var nine = Tensor.From([1f, 2, 3, 4, 5, 6, 7, 8, 9], 3, 3);
        Given.AssertIs(
            [1f, 2, 3, 0, 0, 0, 7, 8, 9, 0, 0, 0, 4, 5, 6],
            [5, 3],
            IndexCopy.Invoke(Tensor.Zeros(DType.Float32, 5, 3), 0, Given.Indices(0, 4, 2), nine));
        Given.AssertIs([7f, 8, 9, 1, 2, 3], [2, 1, 3], Embedding.Invoke(nine, Tensor.From([2L, 0], 2, 1)));
        Given.AssertIs([3f, 1, 6, 4, 9, 7], [3, 2], IndexSelect.Invoke(nine, 1, Given.Indices(2, 0)));
        Assert.Equal(
            "index 3 is out of range: expected 0 to 2 along dimension 0",
            Assert.Throws<EvergraphException>(() => Embedding.Invoke(nine, Given.Indices(3))).Message);
        Assert.Equal("the weight is a matrix: expected rank 2, given 1", Given.Refused(() => Embedding.Fake(new(DType.Float32, [3]), new(DType.Int64, [1]), -1, false, false)));
    }

    [Fact]
    public void Selections_and_slices_are_put_back()
    {
        var zeros = Tensor.Zeros(DType.Float32, 2, 2);
        Given.AssertIs([1f, 1, 0, 0], [2, 2], SelectScatter.Invoke(zeros, Tensor.From([1f, 1], 2), 0, 0));
        Given.AssertIs([0f, 5, 0, 6], [2, 2], SelectScatter.Invoke(zeros, Given.Indices(5, 6), 1, -1));
        Given.AssertIs([0f, 1, 0, 2, 0], [5], SliceScatter.Invoke(Tensor.Zeros(DType.Float32, 5), Tensor.From([1f, 2], 2), 0, 1, 5, 2));
        Assert.Equal(
            "size 0 of the source is not that of the slice: expected 2, given 3",
            Given.Refused(() => SliceScatter.Fake(new(DType.Float32, [5]), new(DType.Float32, [3]), 0, 1, 3, 1)));
    }

    [Fact]
    public void Coordinates_of_what_is_not_zero()
    {
        Given.AssertIs([0L, 0, 1, 1, 2, 0], [3, 2], Nonzero.Invoke(Tensor.From([0.6f, 0, 0, float.NaN, -0.4f, -0f], 3, 2)));
        Given.AssertIs(Array.Empty<long>(), [1, 0], Nonzero.Invoke(Tensor.Scalar(5f)));
        Given.AssertIs(Array.Empty<long>(), [0, 1], Nonzero.Invoke(Tensor.Zeros(DType.Bool, 3)));
    }
}
