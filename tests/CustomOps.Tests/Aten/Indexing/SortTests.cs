using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten.Indexing;

/// <summary>Order of elements: NaN is the greatest, equal ones keep their order.</summary>
public class SortTests
{
    [Fact]
    public void The_best_come_in_order()
    {
        var (values, indices) = Topk.Invoke(Tensor.From([1f, 2, 3, 4, 5], 5), 3);
        Given.AssertIs([5f, 4, 3], [3], values);
        Given.AssertIs([4L, 3, 2], [3], indices);
        (values, indices) = Topk.Invoke(Tensor.From([3, 1, 2, 9, 8, 7], 2, 3), 2, -1, false);
        Given.AssertIs([1, 2, 7, 8], [2, 2], values);
        Given.AssertIs([1L, 2, 2, 1], [2, 2], indices);
        (values, _) = Topk.Invoke(Tensor.From([3, 1, 2, 9, 8, 7], 2, 3), 1, 0);
        Given.AssertIs([9, 8, 7], [1, 3], values);
        Given.AssertIs([float.NaN, 2], [2], Topk.Invoke(Tensor.From([1f, float.NaN, 2], 3), 2).Item1);
        Assert.Equal("k is larger than the dimension: expected 4 <= 3, given 4", Given.Refused(() => Topk.Fake(new(DType.Float32, [3]), 4, -1, true, true)));
        Assert.Equal("bool has no order here: expected a number type, given bool", Given.Refused(() => Topk.Fake(new(DType.Bool, [3]), 1, -1, true, true)));
    }

    [Fact]
    public void Lines_are_sorted()
    {
        var (values, indices) = Sort.Invoke(Tensor.From([2f, float.NaN, 1, 2], 4));
        Given.AssertIs([1f, 2, 2, float.NaN], [4], values);
        Given.AssertIs([2L, 0, 3, 1], [4], indices);
        (values, indices) = Sort.Invoke(Tensor.From([2f, float.NaN, 1, 2], 4), -1, true);
        Given.AssertIs([float.NaN, 2, 2, 1], [4], values);
        Given.AssertIs([1L, 0, 3, 2], [4], indices);
        (values, indices) = SortStable.Invoke(Tensor.From([3, 1, 2, 4], 2, 2), true, 0);
        Given.AssertIs([2, 1, 3, 4], [2, 2], values);
        Given.AssertIs([1L, 0, 0, 1], [2, 2], indices);
        Given.AssertIs([1L, 2, 0], [3], Argsort.Invoke(Tensor.From([true, false, false], 3)));
    }

    /// <summary>Selecting few and sorting all are two algorithms that agree.</summary>
    [Fact]
    public void Few_of_many_are_the_first_of_all()
    {
        var random = new Random(5);
        var many = Tensor.From([.. Enumerable.Range(0, 3000).Select(_ => random.Next(100))], 3, 1000);
        var (sorted, places) = Sort.Invoke(many, 1, true);
        foreach (int k in new[] { 0, 1, 64, 65, 1000 })
        {
            var (values, indices) = Topk.Invoke(many, k, 1);
            Given.AssertIs(SliceTensor.Invoke(sorted, 1, 0, k).ReadOnlySpan<int>().ToArray(), [3, k], values);
            Given.AssertIs(SliceTensor.Invoke(places, 1, 0, k).ReadOnlySpan<long>().ToArray(), [3, k], indices);
        }
    }
}
