namespace Evergraph.CustomOps.Aten;

/// <summary>Bit by bit self or other; for bools the logical operation.</summary>
[CustomOp("aten::bitwise_or.Scalar(Tensor self, Scalar other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class BitwiseOrScalar
{
    /// <summary>The promoted type, integer or bool, and the same sizes.</summary>
    public static TensorType Fake(TensorType self, Scalar other) =>
        new(Arithmetic.BitwiseType(Promotion.Of(self.DType, other)), self.Shape);

    /// <summary>Bit by bit self or other; for bools the logical operation.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar other)
    {
        var dtype = Promotion.Of(self.DType, other);
        return Elementwise.Integer<BitOrOperation>(self, Casts.ToTensor(other, dtype), dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        Scalar other = s.Coin() ? s.Coin() : s.IntegerScalar();
        return s.Call(s.Tensor(s.IntegerOrBool(), s.AnyShape(), -9, 9), other);
    }
}
