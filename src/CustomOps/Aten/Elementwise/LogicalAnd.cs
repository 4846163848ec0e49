namespace Evergraph.CustomOps.Aten;

/// <summary>Whether both elements are not zero, broadcast.</summary>
[CustomOp(
    "aten::logical_and(Tensor self, Tensor other) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.Commutative)]
public static partial class LogicalAnd
{
    /// <summary>Bool, the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other) => new(DType.Bool, Broadcast.Shapes(self.Shape, other.Shape));

    /// <summary>Whether both elements are not zero, broadcast.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) =>
        Elementwise.Integer<BitAndOperation>(Casts.To(self, DType.Bool), Casts.To(other, DType.Bool), DType.Bool);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        return s.Call(s.Tensor(s.Any(), self), s.Tensor(s.Any(), other));
    }
}
