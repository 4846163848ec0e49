namespace Evergraph.CustomOps.Aten;

/// <summary>selfⁿ for one exponent; integers wrap around.</summary>
[CustomOp("aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class PowTensorScalar
{
    /// <summary>The type promoted by the exponent, and the same sizes.</summary>
    public static TensorType Fake(TensorType self, Scalar exponent)
    {
        var dtype = Promotion.Of(self.DType, exponent);
        Require(dtype != DType.Bool, "bools have no powers: expected a number on one side");
        if (dtype.IsInteger())
            Require(exponent.Integer >= 0, "an integer cannot be raised to a negative integer");
        return new(dtype, self.Shape);
    }

    /// <summary>The powers, in the promoted type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar exponent)
    {
        var dtype = Promotion.Of(self.DType, exponent);
        return dtype.IsFloating()
            ? Elementwise.Float<PowerOfFunction>(self, dtype, new(exponent.ToDouble()))
            : Elementwise.Integer<PowerOperation>(self, Casts.ToTensor(exponent, dtype), dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var exponent = s.Pick<Scalar>(s.Size(), 0, 1, 2, 3, 0.5, -0.5, -1.0, -2.0, 1.7);
        return s.Call(s.Tensor(s.Number(), s.AnyShape()), exponent);
    }
}
