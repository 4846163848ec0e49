namespace Evergraph.CustomOps.Aten;

/// <summary>self where the condition is true, other elsewhere, broadcast.</summary>
[CustomOp("aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class WhereSelf
{
    /// <summary>The promoted type and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType condition, TensorType self, TensorType other)
    {
        Require(condition.DType == DType.Bool, "the condition is not bool: compare it with zero");
        return new(Promotion.Of(self, other), Broadcast.Shapes(condition.Shape, self.Shape, other.Shape));
    }

    /// <summary>self where the condition is true, other elsewhere, broadcast.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor condition, Tensor self, Tensor other) =>
        ElementwiseSelect.Run(condition, self, other, Promotion.Of(self, other));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (condition, self, other) = s.BroadcastableThree();
        return s.Call(s.Tensor(DType.Bool, condition), s.Tensor(s.Any(), self), s.Tensor(s.Any(), other));
    }
}
