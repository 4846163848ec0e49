namespace Evergraph.CustomOps.Aten;

/// <summary>self / other rounded down, broadcast.</summary>
[CustomOp("aten::floor_divide(Tensor self, Tensor other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class FloorDivide
{
    /// <summary>The promoted type and the broadcast sizes. Not bool.</summary>
    public static TensorType Fake(TensorType self, TensorType other) =>
        new(Arithmetic.QuotientType(Promotion.Of(self, other), "floor"), Broadcast.Shapes(self.Shape, other.Shape));

    /// <summary>The quotient.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) => Arithmetic.Divide(self, other, "floor", Promotion.Of(self, other));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, other) = s.Broadcastable();
        // Away from zero: an integer divided by zero is an error.
        var (low, high) = s.Coin() ? (1, 5) : (-4, -1);
        return s.Call(s.Tensor(s.Number(), self, -9, 9), s.Tensor(s.Number(), other, low, high));
    }

    /// <summary>Elementwise, but an integer divisor stays whole: the last part would be filled up with zeros.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => Arithmetic.SplitQuotient(query);
}
