using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

/// <summary>Short forms of what numeric tests write.</summary>
internal static class Given
{
    /// <summary>0, 1, 2, … as float32 of these sizes.</summary>
    public static Tensor Range(params long[] sizes) =>
        Tensor.From([.. Enumerable.Range(0, (int)sizes.Aggregate(1L, (product, size) => product * size)).Select(i => (float)i)], sizes);

    /// <summary>A vector of indices.</summary>
    public static Tensor Indices(params long[] indices) => Tensor.From(indices, indices.Length);

    /// <summary>Asserts a tensor's sizes and elements.</summary>
    public static void AssertIs<T>(T[] elements, long[] sizes, Tensor actual)
        where T : unmanaged
    {
        Assert.Equal(sizes, actual.Sizes.ToArray());
        Assert.Equal(elements, actual.ReadOnlySpan<T>().ToArray());
    }

    /// <summary>The text of the error that a fake refuses a call with.</summary>
    public static string Refused(Action call) => Assert.Throws<ShapeException>(call).Message;
}
