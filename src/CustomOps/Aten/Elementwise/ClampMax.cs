namespace Evergraph.CustomOps.Aten;

/// <summary>min(x, upper), element by element; NaN stays NaN.</summary>
[CustomOp("aten::clamp_max(Tensor self, Scalar max) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class ClampMax
{
    /// <summary>The type promoted by the limit, and the same sizes. Not bool.</summary>
    public static TensorType Fake(TensorType self, Scalar max)
    {
        var dtype = Promotion.Of(self.DType, max);
        Require(dtype != DType.Bool, "bools cannot be clamped: expected numbers");
        return new(dtype, self.Shape);
    }

    /// <summary>min(x, upper), element by element; NaN stays NaN.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar max)
    {
        var dtype = Promotion.Of(self.DType, max);
        return Elementwise.Number<ClampFunction>(self, dtype, new(null, Casts.ToTensor(max, dtype)));
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Number(), s.AnyShape()), s.NumberScalar());
}
