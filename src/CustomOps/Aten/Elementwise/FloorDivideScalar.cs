namespace Evergraph.CustomOps.Aten;

/// <summary>self / other rounded down.</summary>
[CustomOp("aten::floor_divide.Scalar(Tensor self, Scalar other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class FloorDivideScalar
{
    /// <summary>The type promoted by the scalar, and the same sizes. Not bool.</summary>
    public static TensorType Fake(TensorType self, Scalar other) =>
        new(Arithmetic.QuotientType(Promotion.Of(self.DType, other), "floor"), self.Shape);

    /// <summary>The quotient.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar other)
    {
        var dtype = Promotion.Of(self.DType, other);
        return Arithmetic.Divide(self, Arithmetic.Operand(other, dtype), "floor", dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        Scalar other = s.Pick<Scalar>(s.Size(1), -3, 2.5);
        return s.Call(s.Tensor(s.Number(), s.AnyShape(), -9, 9), other);
    }
}
