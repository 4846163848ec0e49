namespace Evergraph.CustomOps.Aten;

/// <summary>self + alpha · other, broadcast; for bools, either. (Not commutative: alpha scales one side.)</summary>
[CustomOp("aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class AddTensor
{
    /// <summary>The promoted type and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other, Scalar alpha)
    {
        var dtype = Promotion.Of(self, other);
        Arithmetic.RequireAlpha(alpha, dtype);
        return new(dtype, Broadcast.Shapes(self.Shape, other.Shape));
    }

    /// <summary>The sum, in the promoted type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other, Scalar alpha) => ReferenceArithmetic.Add(self, other, alpha, Promotion.Of(self, other));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        Scalar alpha = s.Coin() ? 1 : s.IntegerScalar();
        return s.Call(s.Tensor(s.Any(), self), s.Tensor(s.Any(), other), alpha);
    }
}
