namespace Evergraph.CustomOps.Aten;

/// <summary>Python’s <c>self &amp; other</c>: bit by bit and, broadcast; for bools the logical operation.</summary>
[CustomOp(
    "aten::__and__.Tensor(Tensor self, Tensor other) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.Commutative)]
public static partial class AndTensor
{
    /// <summary>The promoted type, integer or bool, and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other) =>
        new(Arithmetic.BitwiseType(Promotion.Of(self, other)), Broadcast.Shapes(self.Shape, other.Shape));

    /// <summary>Python’s <c>self &amp; other</c>: bit by bit and, broadcast; for bools the logical operation.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) => Elementwise.Integer<BitAndOperation>(self, other, Promotion.Of(self, other));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        return s.Call(s.Tensor(s.IntegerOrBool(), self, -9, 9), s.Tensor(s.IntegerOrBool(), other, -9, 9));
    }
}
