namespace Evergraph.CustomOps.Aten;

/// <summary>The mean along axes, all of them where none is named.</summary>
[CustomOp("aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")]
public static partial class MeanDim
{
    public static TensorType Fake(TensorType self, long[]? dim, bool keepdim, DType? dtype) =>
        new(Reductions.MeanType(self.DType, dtype), ReducedShape.Infer(self.Shape, Axes.Reduced(dim, self.Rank), keepdim));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[]? dim, bool keepdim, DType? dtype) =>
        Reductions.Mean(self, Axes.Reduced(dim, self.Rank), keepdim, Reductions.MeanType(self.DType, dtype));

    public static AxisSplit? SplitAxis(AxisQuery query) => ReducedShape.Split(query, query.Ints(1), query.Flag(2));

    public static OperatorSample Sample(SampleBuilder s)
    {
        DType? dtype = s.Coin() ? s.Floating() : null;
        var self = s.Tensor(dtype is null ? s.Floating() : s.Any(), [.. s.Sizes(s.Next(0, 4))]);
        return s.Call(self, s.OptionalAxes(self.Type.Rank), s.Coin(), dtype);
    }
}
