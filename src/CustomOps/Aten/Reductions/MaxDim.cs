namespace Evergraph.CustomOps.Aten;

/// <summary>The greatest element along an axis and the place of the first such; NaN is the greatest.</summary>
[CustomOp("aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)")]
public static partial class MaxDim
{
    public static (TensorType Values, TensorType Indices) Fake(TensorType self, long dim, bool keepdim) => Extremes.Infer(self, dim, keepdim);

    [Kernel(Backend.Reference)]
    public static (Tensor Values, Tensor Indices) Real(Tensor self, long dim, bool keepdim) => Extremes.Find(self, dim, keepdim, greatest: true);

    public static AxisSplit? SplitAxis(AxisQuery query) => ReducedShape.Split(query, [query.Int(1)], query.Flag(2));

    public static OperatorSample Sample(SampleBuilder s) => Extremes.Draw(s);
}
