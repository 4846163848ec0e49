namespace Evergraph.CustomOps.Aten;

/// <summary>A number where the condition is true, other elsewhere, broadcast.</summary>
[CustomOp("aten::where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class WhereScalarSelf
{
    /// <summary>The promoted type and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType condition, Scalar self, TensorType other)
    {
        Require(condition.DType == DType.Bool, "the condition is not bool: compare it with zero");
        return new(Promotion.Of(other.DType, self), Broadcast.Shapes(condition.Shape, other.Shape));
    }

    /// <summary>A number where the condition is true, other elsewhere, broadcast.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor condition, Scalar self, Tensor other)
    {
        var dtype = Promotion.Of(other.DType, self);
        return ElementwiseSelect.Run(condition, Casts.ToTensor(self, dtype), other, dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (condition, other) = s.Broadcastable();
        return s.Call(s.Tensor(DType.Bool, condition), s.AnyScalar(), s.Tensor(s.Any(), other));
    }
}
