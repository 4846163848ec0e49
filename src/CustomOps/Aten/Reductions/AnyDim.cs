namespace Evergraph.CustomOps.Aten;

/// <summary>Whether any element along an axis is not zero; NaN is not zero.</summary>
[CustomOp("aten::any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor")]
public static partial class AnyDim
{
    public static TensorType Fake(TensorType self, long dim, bool keepdim) =>
        new(Reductions.TruthType(self.DType), ReducedShape.Infer(self.Shape, Axes.Reduced([dim], self.Rank), keepdim));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, bool keepdim) => Reductions.Any(self, Axes.Reduced([dim], self.Rank), keepdim);

    public static AxisSplit? SplitAxis(AxisQuery query) => ReducedShape.Split(query, [query.Int(1)], query.Flag(2));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.Axis(self.Type.Rank), s.Coin());
    }
}
