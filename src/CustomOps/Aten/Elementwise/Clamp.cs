namespace Evergraph.CustomOps.Aten;

/// <summary>min(max(x, lower), upper), element by element; NaN stays NaN.</summary>
[CustomOp("aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Clamp
{
    /// <summary>The type promoted by the limits, and the same sizes. Not bool.</summary>
    public static TensorType Fake(TensorType self, Scalar? min, Scalar? max)
    {
        Require(min.HasValue || max.HasValue, "there is no limit: expected min, max or both");
        var dtype = TypeOf(self.DType, min, max);
        Require(dtype != DType.Bool, "bools cannot be clamped: expected numbers");
        return new(dtype, self.Shape);
    }

    /// <summary>min(max(x, lower), upper), element by element; NaN stays NaN.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar? min, Scalar? max)
    {
        var dtype = TypeOf(self.DType, min, max);
        var lower = min is { } low ? Casts.ToTensor(low, dtype) : null;
        var upper = max is { } high ? Casts.ToTensor(high, dtype) : null;
        return Elementwise.Number<ClampFunction>(self, dtype, new(lower, upper));
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        int given = s.Next(1, 3);
        return s.Call(s.Tensor(s.Number(), s.AnyShape()), (given & 1) != 0 ? s.NumberScalar() : null, (given & 2) != 0 ? s.NumberScalar() : null);
    }

    private static DType TypeOf(DType dtype, Scalar? min, Scalar? max)
    {
        if (min is { } lower)
            dtype = Promotion.Of(dtype, lower);
        return max is { } upper ? Promotion.Of(dtype, upper) : dtype;
    }
}
