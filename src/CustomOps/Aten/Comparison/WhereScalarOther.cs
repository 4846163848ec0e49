namespace Evergraph.CustomOps.Aten;

/// <summary>self where the condition is true, a number elsewhere, broadcast.</summary>
[CustomOp(
    "aten::where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class WhereScalarOther
{
    /// <summary>The promoted type and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType condition, TensorType self, Scalar other)
    {
        Require(condition.DType == DType.Bool, "the condition is not bool: compare it with zero");
        return new(Promotion.Of(self.DType, other), Broadcast.Shapes(condition.Shape, self.Shape));
    }

    /// <summary>self where the condition is true, a number elsewhere, broadcast.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor condition, Tensor self, Scalar other)
    {
        var dtype = Promotion.Of(self.DType, other);
        return ElementwiseSelect.Run(condition, self, Casts.ToTensor(other, dtype), dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (condition, self) = s.Broadcastable();
        return s.Call(s.Tensor(DType.Bool, condition), s.Tensor(s.Any(), self), s.AnyScalar());
    }
}
