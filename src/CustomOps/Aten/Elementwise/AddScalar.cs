namespace Evergraph.CustomOps.Aten;

/// <summary>self + alpha · other.</summary>
[CustomOp("aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class AddScalar
{
    /// <summary>The type promoted by the scalar, and the same sizes.</summary>
    public static TensorType Fake(TensorType self, Scalar other, Scalar alpha)
    {
        var dtype = Promotion.Of(self.DType, other);
        Arithmetic.RequireAlpha(alpha, dtype);
        return new(dtype, self.Shape);
    }

    /// <summary>The sum, in the promoted type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar other, Scalar alpha)
    {
        var dtype = Promotion.Of(self.DType, other);
        return ReferenceArithmetic.Add(self, Arithmetic.Operand(other, dtype), alpha, dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()), s.AnyScalar(), s.IntegerScalar());
}
