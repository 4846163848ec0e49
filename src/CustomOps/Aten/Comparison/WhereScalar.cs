namespace Evergraph.CustomOps.Aten;

/// <summary>One number where the condition is true, another elsewhere.</summary>
[CustomOp("aten::where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class WhereScalar
{
    /// <summary>The type that the scalars promote to, and the condition's sizes.</summary>
    public static TensorType Fake(TensorType condition, Scalar self, Scalar other)
    {
        Require(condition.DType == DType.Bool, "the condition is not bool: compare it with zero");
        return new(Promotion.Of(self, other), condition.Shape);
    }

    /// <summary>One number where the condition is true, another elsewhere.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor condition, Scalar self, Scalar other)
    {
        var dtype = Promotion.Of(self, other);
        return ElementwiseSelect.Run(condition, Casts.ToTensor(self, dtype), Casts.ToTensor(other, dtype), dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(DType.Bool, s.AnyShape()), s.AnyScalar(), s.AnyScalar());
}
