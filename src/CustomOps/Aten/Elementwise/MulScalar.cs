namespace Evergraph.CustomOps.Aten;

/// <summary>self · other.</summary>
[CustomOp("aten::mul.Scalar(Tensor self, Scalar other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class MulScalar
{
    /// <summary>The type promoted by the scalar, and the same sizes.</summary>
    public static TensorType Fake(TensorType self, Scalar other) => new(Promotion.Of(self.DType, other), self.Shape);

    /// <summary>The product, in the promoted type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar other)
    {
        var dtype = Promotion.Of(self.DType, other);
        return ReferenceArithmetic.Multiply(self, Arithmetic.Operand(other, dtype), dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()), s.AnyScalar());
}
