using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Kernels;

public class AxesTests
{
    [Fact]
    public void Negative_dims_count_from_the_end()
    {
        Assert.Equal([0, 2, 2, 0], new[] { Axes.Normalize(0, 3), Axes.Normalize(2, 3), Axes.Normalize(-1, 3), Axes.Normalize(-3, 3) });
        Assert.Equal([3, 0], new[] { Axes.NormalizeNew(-1, 3), Axes.NormalizeNew(-4, 3) });
        Assert.Equal([0, 0], new[] { Axes.NormalizeOrScalar(0, 0), Axes.NormalizeOrScalar(-1, 0) });
    }

    [Fact]
    public void A_dim_that_is_not_there_is_named_with_those_that_are()
    {
        Assert.Equal(
            "dimension out of range for a tensor of rank 3: expected -3 to 2, given 3",
            Assert.Throws<ShapeException>(() => Axes.Normalize(3, 3)).Message);
        Assert.Equal(
            "dimension out of range for a tensor of rank 3: expected -4 to 3, given -5",
            Assert.Throws<ShapeException>(() => Axes.NormalizeNew(-5, 3)).Message);
        Assert.Equal(
            "dimension out of range: a tensor of rank 0 has no dimensions, given 0",
            Assert.Throws<ShapeException>(() => Axes.Normalize(0, 0)).Message);
    }

    [Fact]
    public void A_dim_that_is_named_twice_is_refused() => Assert.Equal(
        "a dimension is named twice: expected each once, given [1, -1]",
        Assert.Throws<ShapeException>(() => Axes.NormalizeAll([1, -1], 2)).Message);

    [Fact]
    public void No_dims_reduce_all()
    {
        Assert.Equal([true, true], Axes.Reduced([], 2));
        Assert.Equal([false, true], Axes.Reduced([-1], 2));
        Assert.Equal([], Axes.Reduced([0], 0));
    }

    [Fact]
    public void A_block_is_what_lies_before_on_and_behind_an_axis()
    {
        Assert.Equal(new AxisBlock(6, 4, 5), AxisBlock.Around([2, 3, 4, 5], 2));
        Assert.Equal(new AxisBlock(1, 1, 1), AxisBlock.Around([], 0));
    }
}
