using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten.Indexing;

/// <summary>index and index_put as x[…] and x[…] = v mean them in Python.</summary>
public class IndexTests
{
    private static readonly Tensor Six = Given.Range(2, 3);
    private static readonly Tensor Cube = Given.Range(2, 3, 4);
    private static readonly Dim S = new Symbol("s70", 0, 4096);

    [Fact]
    public void Index_tensors_pick_elements_together()
    {
        Given.AssertIs([1f, 3, 5], [3], IndexTensor.Invoke(Six, [Given.Indices(0, 1, -1), Given.Indices(1, 0, 2)]));
        Given.AssertIs([3f, 4, 5, 0, 1, 2], [2, 3], IndexTensor.Invoke(Six, [Given.Indices(1, 0)]));
        Given.AssertIs([2f, 0, 5, 3], [2, 2], IndexTensor.Invoke(Six, [null, Given.Indices(-1, 0)]));
        Given.AssertIs([0f, 2, 3, 5], [2, 2], IndexTensor.Invoke(Six, [Tensor.From([0L, 1], 2, 1), Given.Indices(0, 2)]));
        Given.AssertIs([4f], [], IndexTensor.Invoke(Six, [Tensor.Scalar(1L), Tensor.Scalar(1)]));
    }

    [Fact]
    public void Neighbouring_indices_stay_in_their_place() =>
        Given.AssertIs([1f, 11, 13, 23], [2, 2], IndexTensor.Invoke(Cube, [null, Given.Indices(0, 2), Given.Indices(1, 3)]));

    [Fact]
    public void Indices_that_are_no_neighbours_come_first() =>
        Given.AssertIs([1f, 5, 9, 14, 18, 22], [2, 3], IndexTensor.Invoke(Cube, [Given.Indices(0, 1), null, Given.Indices(1, 2)]));

    [Fact]
    public void Masks_select_what_is_true()
    {
        var mask = Tensor.From([true, false, true, false, true, false], 2, 3);
        Given.AssertIs([0f, 2, 4], [3], IndexTensor.Invoke(Six, [mask]));
        Given.AssertIs([0f, 2, 3, 5], [2, 2], IndexTensor.Invoke(Six, [null, Tensor.From([true, false, true], 3)]));
        Given.AssertIs([3f, 4, 5], [1, 3], IndexTensor.Invoke(Six, [Tensor.From([false, true], 2)]));
        Given.AssertIs(Array.Empty<float>(), [0, 3], IndexTensor.Invoke(Six, [Tensor.From([false, false], 2)]));
        Given.AssertIs([3f, 5], [2], IndexTensor.Invoke(Six, [Tensor.Scalar(1L), Tensor.From([true, false, true], 3)]));
    }

    [Fact]
    public void An_index_outside_is_an_error_that_says_which()
    {
        Assert.Equal(
            "index 3 is out of range: expected -3 to 2 along dimension 1",
            Assert.Throws<EvergraphException>(() => IndexTensor.Invoke(Six, [null, Given.Indices(0, 3)])).Message);
        Assert.Equal(
            "index -1 is out of range: expected 0 to 1 along dimension 0",
            Assert.Throws<EvergraphException>(() => IndexSelect.Invoke(Six, 0, Given.Indices(-1))).Message);
        Assert.Equal(
            "index 0 is out of range: dimension 0 has no elements",
            Assert.Throws<EvergraphException>(() => IndexTensor.Invoke(Tensor.Zeros(DType.Float32, 0), [Given.Indices(0)])).Message);
    }

    [Fact]
    public void Shapes_of_position_tables_are_those_that_exports_record()
    {
        var table = new TensorType(DType.Int64, [1, S]);
        Assert.Equal([1, 1, S, 1], IndexTensor.Fake(table, [Index(1, 1, 1, 1), Index(1, 1, S, 1)]).Shape);
        Assert.Equal([1, 1, 1, S], IndexTensor.Fake(table, [Index(1, 1, 1, 1), Index(1, 1, 1, S)]).Shape);
        Assert.Equal("too many indices: expected at most 2", Given.Refused(() => IndexTensor.Fake(table, [Index(1), Index(1), Index(1)])));
        Assert.Equal(
            "an index tensor has a wrong element type: expected int64, int32 or bool, given float32",
            Given.Refused(() => IndexTensor.Fake(table, [table with { DType = DType.Float32 }])));
    }

    [Fact]
    public void A_mask_makes_a_size_that_is_bounded_by_its_elements()
    {
        var context = new FakeContext();
        TensorType[] types = [new(DType.Float32, [S, 3, 4]), new(DType.Bool, [S, 3])];
        Argument[] arguments = [new TensorArgument(new(0)), new TensorListArgument([new Value(1)])];

        var result = context.Run(IndexTensor.Definition, new FakeArguments(arguments, types), NodeSource.None)[0];

        Assert.Equal(2, result.Rank);
        Assert.Equal(new DimRange(0, 3 * 4096), result.Shape[0].Range);
        Assert.Equal(4, result.Shape[1]);
        types[1] = new(DType.Bool, [S, 2]);
        Assert.Equal(
            "aten::index.Tensor: size 1 of a mask is not that of dimension 1, which it selects from: expected 3, given 2",
            Given.Refused(() => context.Run(IndexTensor.Definition, new FakeArguments(arguments, types), NodeSource.None)));
    }

    [Fact]
    public void Values_are_put()
    {
        Given.AssertIs([9f, 1, 2, 3, 4, 8], [2, 3], IndexPut.Invoke(Six, [Given.Indices(0, 1), Given.Indices(0, -1)], Tensor.From([9f, 8], 2)));
        Given.AssertIs([0f, 7, 2, 3, 7, 5], [2, 3], IndexPut.Invoke(Six, [null, Given.Indices(1)], Tensor.Scalar(7f)));
        Given.AssertIs([0f, 0, 0, 3, 4, 5], [2, 3], IndexPut.Invoke(Six, [Tensor.From([true, true, true, false, false, false], 2, 3)], Tensor.Scalar(0f)));
        Given.AssertIs([2f, 0, 0], [3], IndexPut.Invoke(Tensor.Zeros(DType.Float32, 3), [Given.Indices(0, 0)], Tensor.From([1f, 2], 2)));
    }

    [Fact]
    public void Values_are_put_between_indices_that_are_no_neighbours()
    {
        var result = IndexPut.Invoke(Tensor.Zeros(DType.Float32, 2, 3, 2), [Given.Indices(0, 1), null, Given.Indices(1, 0)], Given.Range(2, 3));

        Given.AssertIs([0f, 0, 0, 1, 0, 2, 3, 0, 4, 0, 5, 0], [2, 3, 2], result);
    }

    [Fact]
    public void Accumulated_values_add_up()
    {
        Given.AssertIs([3f, 0, 5], [3], IndexPut.Invoke(Tensor.Zeros(DType.Float32, 3), [Given.Indices(0, 0, 2)], Tensor.From([1f, 2, 5], 3), true));
        Given.AssertIs(new sbyte[] { -128 }, [1], IndexPut.Invoke(Tensor.From(new sbyte[] { 127 }, 1), [Given.Indices(0)], Tensor.From(new sbyte[] { 1 }, 1), true));
        Given.AssertIs([true], [1], IndexPut.Invoke(Tensor.From([false], 1), [Given.Indices(0, 0)], Tensor.From([true, false], 2), true));
        Assert.Equal(
            "the element types differ: expected float32 values, given int64",
            Given.Refused(() => IndexPut.Fake(Six.Type, [Index(2)], new(DType.Int64, []), false)));
    }

    private static TensorType Index(params Dim[] sizes) => new(DType.Int64, Shape.Create(sizes));
}
