namespace Evergraph.CustomOps.Aten;

/// <summary>self − alpha · other, broadcast.</summary>
[CustomOp("aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class SubTensor
{
    /// <summary>The promoted type and the broadcast sizes. Not bool.</summary>
    public static TensorType Fake(TensorType self, TensorType other, Scalar alpha)
    {
        Arithmetic.RequireSubtractable(self.DType, other.DType);
        var dtype = Promotion.Of(self, other);
        Arithmetic.RequireAlpha(alpha, dtype);
        return new(dtype, Broadcast.Shapes(self.Shape, other.Shape));
    }

    /// <summary>The difference, in the promoted type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other, Scalar alpha) =>
        ReferenceArithmetic.Subtract(self, other, alpha, Promotion.Of(self, other));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        Scalar alpha = s.Coin() ? 1 : s.IntegerScalar();
        return s.Call(s.Tensor(s.Number(), self), s.Tensor(s.Number(), other), alpha);
    }
}
