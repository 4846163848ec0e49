namespace Evergraph.CustomOps.Aten;

/// <summary>self / other; integers are divided as floating-point numbers.</summary>
[CustomOp("aten::div.Scalar(Tensor self, Scalar other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class DivScalar
{
    /// <summary>The promoted type, floating at least, and the same sizes.</summary>
    public static TensorType Fake(TensorType self, Scalar other) => new(Promotion.ToFloating(Promotion.Of(self.DType, other)), self.Shape);

    /// <summary>The quotient.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar other)
    {
        var dtype = Promotion.ToFloating(Promotion.Of(self.DType, other));
        return ReferenceArithmetic.Divide(self, Arithmetic.Operand(other, dtype), dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()), s.AnyScalar());
}
