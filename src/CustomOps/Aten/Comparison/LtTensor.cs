namespace Evergraph.CustomOps.Aten;

/// <summary>self &lt; other. Broadcast, compared in the promoted type.</summary>
[CustomOp("aten::lt.Tensor(Tensor self, Tensor other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class LtTensor
{
    /// <summary>Bool, the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other) => new(DType.Bool, Broadcast.Shapes(self.Shape, other.Shape));

    /// <summary>self &lt; other. Broadcast, compared in the promoted type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) => Elementwise.Compare<LessComparison>(self, other, Promotion.Of(self, other));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        return s.Call(s.Tensor(s.Any(), self), s.Tensor(s.Any(), other));
    }
}
