namespace Evergraph.CustomOps.Aten;

/// <summary>self / other, broadcast, rounded towards zero (trunc), down (floor) or not at all.</summary>
[CustomOp(
    "aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class DivTensorMode
{
    /// <summary>The promoted type, floating at least without rounding, and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other, string? rounding_mode) =>
        new(Arithmetic.QuotientType(Promotion.Of(self, other), rounding_mode), Broadcast.Shapes(self.Shape, other.Shape));

    /// <summary>The quotient.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other, string? rounding_mode)
    {
        var dtype = rounding_mode is null ? Promotion.ToFloating(Promotion.Of(self, other)) : Promotion.Of(self, other);
        return Arithmetic.Divide(self, other, rounding_mode, dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        // Away from zero: an integer divided by zero is an error.
        var (low, high) = s.Coin() ? (1, 5) : (-4, -1);
        return s.Call(s.Tensor(s.Number(), self, -9, 9), s.Tensor(s.Number(), other, low, high), s.Pick(null, "trunc", "floor"));
    }

    /// <summary>Elementwise, but an integer divisor stays whole: the last part would be filled up with zeros.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => Arithmetic.SplitQuotient(query);
}
