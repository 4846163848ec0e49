using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

public class CastOperatorTests
{
    private static readonly Tensor X = Tensor.From([1.5f, -2.5f], 2);

    [Fact]
    public void Conversions_give_the_type_asked_for()
    {
        Assert.Equal([1, -2], ToDtype.Invoke(X, DType.Int32).ReadOnlySpan<int>().ToArray());
        Assert.Equal([1, -2], ToDevice.Invoke(X, "cuda:0", DType.Int32).ReadOnlySpan<int>().ToArray());
        Assert.Equal([1, -2], ToOther.Invoke(X, Tensor.Scalar(3)).ReadOnlySpan<int>().ToArray());
        Assert.Equal([1, -2], TypeAs.Invoke(X, Tensor.Scalar(3)).ReadOnlySpan<int>().ToArray());
        Assert.Equal([1, -2], ToDtypeLayout.Invoke(X, DType.Int32, "strided", "cpu").ReadOnlySpan<int>().ToArray());
        Assert.Equal([1, -2], ToCopy.Invoke(X, DType.Int32).ReadOnlySpan<int>().ToArray());
    }

    [Fact]
    public void Without_a_type_the_type_stays()
    {
        Assert.Equal([1.5f, -2.5f], ToDtypeLayout.Invoke(X, device: "cuda").ReadOnlySpan<float>().ToArray());
        Assert.Equal([1.5f, -2.5f], ToCopy.Invoke(X).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Copies_have_memory_of_their_own()
    {
        foreach (var copy in new[] { Clone.Invoke(X), Contiguous.Invoke(X), Alias.Invoke(X), Detach.Invoke(X), LiftFresh.Invoke(X), LiftFreshCopy.Invoke(X), ToDtype.Invoke(X, DType.Float32) })
        {
            Assert.Equal([1.5f, -2.5f], copy.ReadOnlySpan<float>().ToArray());
            Assert.NotSame(X.Storage, copy.Storage);
        }
    }

    [Fact]
    public void A_copy_into_self_takes_its_type_and_sizes()
    {
        var result = Copy.Invoke(Tensor.Zeros(DType.Int64, 2, 2), X);

        Assert.Equal("int64[2, 2]", result.Type.ToString());
        Assert.Equal([1L, -2, 1, -2], result.ReadOnlySpan<long>().ToArray());
    }
}
