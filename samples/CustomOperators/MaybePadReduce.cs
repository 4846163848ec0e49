using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Evergraph.Samples.CustomOperators;

/// <summary>Scales a tensor; what else its name promises happens only where there are ranks.</summary>
[CustomOp("flash::maybe_pad_reduce(Tensor x, float alpha=1.0, SymInt[]? sizes=None, str name=\"tp\") -> Tensor")]
public static partial class MaybePadReduce
{
    /// <summary>The type of x.</summary>
    public static TensorType Fake(TensorType x, double alpha, Dim[]? sizes, string name)
    {
        Require(x.DType == DType.Float32, $"x: expected float32, given {x.DType.Name()}");
        return x;
    }

    /// <summary>x · alpha.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, double alpha, long[]? sizes, string name)
    {
        var result = Tensor.Empty(x.DType, x.Sizes);
        TensorPrimitives.Multiply(x.ReadOnlySpan<float>(), (float)alpha, result.Span<float>());
        return result;
    }

    /// <summary>Any float32 tensor.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var shape = s.Sizes(s.Next(0, 3));
        return s.Call(s.Tensor(DType.Float32, [.. shape]), 2.5, s.Coin() ? shape : null);
    }
}
