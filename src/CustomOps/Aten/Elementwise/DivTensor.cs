namespace Evergraph.CustomOps.Aten;

/// <summary>self / other, broadcast; integers are divided as floating-point numbers.</summary>
[CustomOp("aten::div.Tensor(Tensor self, Tensor other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class DivTensor
{
    /// <summary>The promoted type, floating at least, and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other) =>
        new(Promotion.ToFloating(Promotion.Of(self, other)), Broadcast.Shapes(self.Shape, other.Shape));

    /// <summary>The quotient.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) =>
        ReferenceArithmetic.Divide(self, other, Promotion.ToFloating(Promotion.Of(self, other)));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        return s.Call(s.Tensor(s.Any(), self), s.Tensor(s.Any(), other));
    }
}
