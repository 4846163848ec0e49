namespace Evergraph.CustomOps.Aten;

/// <summary>self − alpha · other.</summary>
[CustomOp("aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class SubScalar
{
    /// <summary>The type promoted by the scalar, and the same sizes. Not bool.</summary>
    public static TensorType Fake(TensorType self, Scalar other, Scalar alpha)
    {
        Arithmetic.RequireSubtractable(self.DType, other.DType);
        var dtype = Promotion.Of(self.DType, other);
        Arithmetic.RequireAlpha(alpha, dtype);
        return new(dtype, self.Shape);
    }

    /// <summary>The difference, in the promoted type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar other, Scalar alpha)
    {
        var dtype = Promotion.Of(self.DType, other);
        return ReferenceArithmetic.Subtract(self, Arithmetic.Operand(other, dtype), alpha, dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.Tensor(s.Number(), s.AnyShape()), s.NumberScalar(), s.IntegerScalar());
}
