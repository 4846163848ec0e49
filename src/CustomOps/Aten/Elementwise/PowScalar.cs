namespace Evergraph.CustomOps.Aten;

/// <summary>One number to the power of each element.</summary>
[CustomOp("aten::pow.Scalar(Scalar self, Tensor exponent) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class PowScalar
{
    /// <summary>The type promoted by the scalar, and the same sizes. Not bool.</summary>
    public static TensorType Fake(Scalar self, TensorType exponent)
    {
        var dtype = Promotion.Of(exponent.DType, self);
        Require(dtype != DType.Bool, "bools have no powers: expected a number on one side");
        return new(dtype, exponent.Shape);
    }

    /// <summary>The powers, in the promoted type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Scalar self, Tensor exponent)
    {
        var dtype = Promotion.Of(exponent.DType, self);
        var number = Casts.ToTensor(self, dtype);
        return dtype.IsFloating() ? Elementwise.Float<PowerOperation>(number, exponent, dtype) : Elementwise.Integer<PowerOperation>(number, exponent, dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.NumberScalar(), s.Tensor(s.Number(), s.AnyShape()));
}
