namespace Evergraph.CustomOps.Aten;

/// <summary>The smaller of two elements, broadcast; NaN where either is NaN.</summary>
[CustomOp(
    "aten::minimum(Tensor self, Tensor other) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.Commutative)]
public static partial class Minimum
{
    /// <summary>The promoted type and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other) =>
        new(Promotion.Of(self, other), Broadcast.Shapes(self.Shape, other.Shape));

    /// <summary>The smaller of two elements, broadcast; NaN where either is NaN.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) => Arithmetic.Minimum(self, other, Promotion.Of(self, other));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        return s.Call(s.Tensor(s.Any(), self), s.Tensor(s.Any(), other));
    }
}
