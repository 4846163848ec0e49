namespace Evergraph.CustomOps.Aten;

/// <summary>self / other, rounded towards zero (trunc), down (floor) or not at all.</summary>
[CustomOp(
    "aten::div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class DivScalarMode
{
    /// <summary>The promoted type, floating at least without rounding, and the same sizes.</summary>
    public static TensorType Fake(TensorType self, Scalar other, string? rounding_mode) =>
        new(Arithmetic.QuotientType(Promotion.Of(self.DType, other), rounding_mode), self.Shape);

    /// <summary>The quotient.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar other, string? rounding_mode)
    {
        var promoted = Promotion.Of(self.DType, other);
        var dtype = rounding_mode is null ? Promotion.ToFloating(promoted) : promoted;
        return Arithmetic.Divide(self, Arithmetic.Operand(other, dtype), rounding_mode, dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        Scalar other = s.Pick<Scalar>(s.Size(1), -3, 2.5, -0.5);
        return s.Call(s.Tensor(s.Number(), s.AnyShape(), -9, 9), other, s.Pick(null, "trunc", "floor"));
    }
}
