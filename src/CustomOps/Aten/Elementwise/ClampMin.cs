namespace Evergraph.CustomOps.Aten;

/// <summary>max(x, lower), element by element; NaN stays NaN.</summary>
[CustomOp("aten::clamp_min(Tensor self, Scalar min) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class ClampMin
{
    /// <summary>The type promoted by the limit, and the same sizes. Not bool.</summary>
    public static TensorType Fake(TensorType self, Scalar min)
    {
        var dtype = Promotion.Of(self.DType, min);
        Require(dtype != DType.Bool, "bools cannot be clamped: expected numbers");
        return new(dtype, self.Shape);
    }

    /// <summary>max(x, lower), element by element; NaN stays NaN.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar min)
    {
        var dtype = Promotion.Of(self.DType, min);
        return Elementwise.Number<ClampFunction>(self, dtype, new(Casts.ToTensor(min, dtype), null));
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Number(), s.AnyShape()), s.NumberScalar());
}
