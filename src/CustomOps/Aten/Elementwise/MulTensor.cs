namespace Evergraph.CustomOps.Aten;

/// <summary>self · other, broadcast; for bools, both.</summary>
[CustomOp(
    "aten::mul.Tensor(Tensor self, Tensor other) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.Commutative)]
public static partial class MulTensor
{
    /// <summary>The promoted type and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other) =>
        new(Promotion.Of(self, other), Broadcast.Shapes(self.Shape, other.Shape));

    /// <summary>The product, in the promoted type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) => ReferenceArithmetic.Multiply(self, other, Promotion.Of(self, other));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        return s.Call(s.Tensor(s.Any(), self), s.Tensor(s.Any(), other));
    }
}
