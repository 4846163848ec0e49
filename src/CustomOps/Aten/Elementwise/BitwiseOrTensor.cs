namespace Evergraph.CustomOps.Aten;

/// <summary>Bit by bit self or other, broadcast; for bools the logical operation.</summary>
[CustomOp(
    "aten::bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.Commutative)]
public static partial class BitwiseOrTensor
{
    /// <summary>The promoted type, integer or bool, and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other) =>
        new(Arithmetic.BitwiseType(Promotion.Of(self, other)), Broadcast.Shapes(self.Shape, other.Shape));

    /// <summary>Bit by bit self or other, broadcast; for bools the logical operation.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) => Elementwise.Integer<BitOrOperation>(self, other, Promotion.Of(self, other));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        return s.Call(s.Tensor(s.IntegerOrBool(), self, -9, 9), s.Tensor(s.IntegerOrBool(), other, -9, 9));
    }
}
