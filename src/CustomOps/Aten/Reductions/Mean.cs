namespace Evergraph.CustomOps.Aten;

/// <summary>The mean of all elements.</summary>
[CustomOp("aten::mean(Tensor self, *, ScalarType? dtype=None) -> Tensor")]
public static partial class Mean
{
    public static TensorType Fake(TensorType self, DType? dtype) => new(Reductions.MeanType(self.DType, dtype), []);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, DType? dtype) =>
        Reductions.Mean(self, Axes.Reduced([], self.Rank), false, Reductions.MeanType(self.DType, dtype));

    public static OperatorSample Sample(SampleBuilder s)
    {
        DType? dtype = s.Coin() ? s.Floating() : null;
        return s.Call(s.Tensor(dtype is null ? s.Floating() : s.Any(), [.. s.Sizes(s.Next(0, 4))]), dtype);
    }
}
