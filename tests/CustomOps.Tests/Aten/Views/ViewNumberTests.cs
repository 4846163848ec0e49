using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten.Views;

/// <summary>Small literal examples, most of them from PyTorch's documentation.</summary>
public class ViewNumberTests
{
    private static readonly Tensor Six = Given.Range(2, 3);
    private static readonly Tensor Eight = Tensor.From([1f, 2, 3, 4, 5, 6, 7, 8], 4, 2);

    [Fact]
    public void Transposes()
    {
        Given.AssertIs([0f, 3, 1, 4, 2, 5], [3, 2], TransposeInt.Invoke(Six, 0, -1));
        Given.AssertIs([0f, 3, 1, 4, 2, 5], [3, 2], T.Invoke(Six));
        Given.AssertIs([0f, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11], [3, 2, 2], Permute.Invoke(Given.Range(2, 2, 3), [2, 1, 0]));
        Assert.Equal([2, 3, 1], MovedimInt.Invoke(Given.Range(3, 2, 1), 1, 0).Sizes.ToArray());
        Assert.Equal([2, 1, 3], MovedimIntlist.Invoke(Given.Range(3, 2, 1), [1, 2], [0, 1]).Sizes.ToArray());
        Assert.Equal("expected a tensor of rank 2 at most, given rank 3; use transpose and name the dimensions", Given.Refused(() => T.Fake(new(DType.Float32, [1, 2, 3]))));
    }

    [Fact]
    public void Selections()
    {
        Given.AssertIs([1f, 4, 7], [3], SliceTensor.Invoke(Given.Range(10), 0, 1, 8, 3));
        Given.AssertIs([1f, 2, 4, 5], [2, 2], SliceTensor.Invoke(Six, 1, -2));
        Given.AssertIs([2f, 5], [2], SelectInt.Invoke(Six, 1, -1));
        Given.AssertIs([3f, 4, 5], [3], SelectInt.Invoke(Six, 0, 1));
        Given.AssertIs([1f, 2, 4, 5], [2, 2], Narrow.Invoke(Six, -1, 1, 2));
        Given.AssertIs([1f, 2, 4, 5], [2, 2], Narrow.Invoke(Six, -1, -2, 2));
        Assert.Equal("the index is behind the last element: expected 3 < 3, given 3", Given.Refused(() => SelectInt.Fake(Six.Type, 1, 3)));
        Assert.Equal("the end is behind the last element: expected 4 <= 3, given 4", Given.Refused(() => Narrow.Fake(Six.Type, 1, 2, 2)));
    }

    [Fact]
    public void Parts()
    {
        Assert.Equal([4, 4, 2], SplitTensor.Invoke(Given.Range(10), 4).Select(part => part.Elements));
        Given.AssertIs([8f, 9], [2], SplitTensor.Invoke(Given.Range(10), 4)[2]);
        Assert.Equal([3, 3, 3, 1], Chunk.Invoke(Given.Range(10), 4).Select(part => part.Elements));
        Assert.Equal([2, 2, 1], Chunk.Invoke(Given.Range(5), 4).Select(part => part.Elements));
        Given.AssertIs([1f, 2, 4, 5], [2, 2], SplitWithSizes.Invoke(Six, [1, 2], 1)[1]);
        Given.AssertIs([1f, 2, 4, 5], [2, 2], SplitSizes.Invoke(Six, [1, 2], -1)[1]);
        Given.AssertIs([1f, 4], [2], UnbindInt.Invoke(Six, 1)[1]);
    }

    [Fact]
    public void Joins()
    {
        Given.AssertIs([0f, 1, 2, 0, 3, 4, 5, 1], [2, 4], Cat.Invoke([Six, Given.Range(2, 1)], -1));
        Given.AssertIs([0.5f, 2], [2], Cat.Invoke([Tensor.From([0.5f], 1), Given.Indices(2)]));
        Given.AssertIs([0f, 1, 2, 3, 4, 5], [2, 3], Cat.Invoke([Tensor.Zeros(DType.Float32, 0), Six], 1));
        Given.AssertIs([1L, 3, 2, 4], [2, 2], Stack.Invoke([Given.Indices(1, 2), Given.Indices(3, 4)], 1));
        Given.AssertIs([1L, 2, 3, 4], [2, 2], Stack.Invoke([Given.Indices(1, 2), Given.Indices(3, 4)]));
    }

    [Fact]
    public void Repetitions()
    {
        Given.AssertIs([1L, 2, 1, 2, 1, 2, 1, 2], [2, 4], Repeat.Invoke(Given.Indices(1, 2), [2, 2]));
        Given.AssertIs([1L, 1, 2, 2], [4], RepeatInterleaveSelfInt.Invoke(Given.Indices(1, 2), 2));
        Given.AssertIs([0f, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5], [4, 3], RepeatInterleaveSelfInt.Invoke(Six, 2, 0));
        Given.AssertIs([1f, 1, 1, 2, 2, 2], [2, 3], Expand.Invoke(Tensor.From([1f, 2], 2, 1), [-1, 3]));
        Given.AssertIs([7f, 8, 7, 8], [2, 2], ExpandAs.Invoke(Tensor.From([7f, 8], 2), Given.Range(2, 2)));
    }

    [Fact]
    public void Pads()
    {
        Given.AssertIs([9L, 1, 2, 9, 9], [5], ConstantPadNd.Invoke(Given.Indices(1, 2), [1, 2], 9));
        Given.AssertIs([1f, 2, 0, 4, 5, 0, 0, 0, 0], [3, 3], Pad.Invoke(Six, [-1, 1, 0, 1]));
        Given.AssertIs([true, false, false], [3], ConstantPadNd.Invoke(Tensor.From([true, false], 2), [0, 1]));
        Assert.Equal("too many pads: expected at most 2 at rank 1, given 4", Given.Refused(() => Pad.Fake(new(DType.Float32, [2]), [1, 1, 1, 1], "constant", null)));
        Assert.StartsWith("no implementation of this mode: expected constant, given reflect", Given.Refused(() => Pad.Fake(Six.Type, [1, 1], "reflect", null)));
        Assert.Equal(
            "the pads cut off more than there is along dimension 0: expected -1 >= 0, given -1",
            Given.Refused(() => Pad.Fake(new(DType.Float32, [2]), [-3, 0], "constant", null)));
    }

    [Fact]
    public void Rolls()
    {
        Given.AssertIs([8f, 1, 2, 3, 4, 5, 6, 7], [4, 2], Roll.Invoke(Eight, [1]));
        Given.AssertIs([7f, 8, 1, 2, 3, 4, 5, 6], [4, 2], Roll.Invoke(Eight, [1], [0]));
        Given.AssertIs([3f, 4, 5, 6, 7, 8, 1, 2], [4, 2], Roll.Invoke(Eight, [-1], [0]));
        Given.AssertIs([6f, 5, 8, 7, 2, 1, 4, 3], [4, 2], Roll.Invoke(Eight, [2, 1], [0, 1]));
        Given.AssertIs([3f, 4, 5, 0, 1, 2], [2, 3], Flip.Invoke(Six, [0]));
        Given.AssertIs([5f, 4, 3, 2, 1, 0], [2, 3], Flip.Invoke(Six, [0, -1]));
    }

    [Fact]
    public void Triangles()
    {
        var nine = Given.Range(3, 3);
        Given.AssertIs([0f, 0, 0, 3, 4, 0, 6, 7, 8], [3, 3], Tril.Invoke(nine));
        Given.AssertIs([0f, 1, 0, 3, 4, 5, 6, 7, 8], [3, 3], Tril.Invoke(nine, 1));
        Given.AssertIs([0f, 0, 0, 3, 0, 0, 6, 7, 0], [3, 3], Tril.Invoke(nine, -1));
        Given.AssertIs([0f, 1, 2, 0, 4, 5, 0, 0, 8], [3, 3], Triu.Invoke(nine));
        Given.AssertIs([0f, 1, 2, 0, 0, 5, 0, 0, 0], [3, 3], Triu.Invoke(nine, 1));
        Given.AssertIs([0f, 0, 0, 0, 0, 0], [2, 3], Triu.Invoke(Six, long.MaxValue));
    }

    [Fact]
    public void Reshapes()
    {
        Given.AssertIs([0f, 1, 2, 3, 4, 5], [3, 2], View.Invoke(Six, [-1, 2]));
        Assert.Equal([2, 1, 3], Unsqueeze.Invoke(Six, -2).Sizes.ToArray());
        Assert.Equal([2, 3], Squeeze.Invoke(Given.Range(2, 1, 3, 1)).Sizes.ToArray());
        Assert.Equal([2, 1, 3], SqueezeDim.Invoke(Given.Range(2, 1, 3), 0).Sizes.ToArray());
        Assert.Equal([2, 3, 1], SqueezeDims.Invoke(Given.Range(2, 1, 3, 1), [0, 1]).Sizes.ToArray());
        Assert.Equal([2, 12], FlattenUsingInts.Invoke(Given.Range(2, 3, 4), 1).Sizes.ToArray());
        Assert.Equal([1], FlattenUsingInts.Invoke(Tensor.Scalar(1f)).Sizes.ToArray());
        Assert.Equal([2, 2, 2, 3], UnflattenInt.Invoke(Given.Range(2, 4, 3), -2, [2, -1]).Sizes.ToArray());
        Assert.Equal([3, 2], ViewAs.Invoke(Six, Given.Range(3, 2)).Sizes.ToArray());
    }
}
