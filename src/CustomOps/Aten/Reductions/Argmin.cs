namespace Evergraph.CustomOps.Aten;

/// <summary>The place of the first least element along an axis, or in the flattened tensor; NaN is less than all.</summary>
[CustomOp("aten::argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor")]
public static partial class Argmin
{
    public static TensorType Fake(TensorType self, long? dim, bool keepdim) => Extremes.InferPlace(self, dim, keepdim);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long? dim, bool keepdim) => Extremes.FindPlace(self, dim, keepdim, greatest: false);

    public static AxisSplit? SplitAxis(AxisQuery query) => Extremes.SplitPlace(query);

    public static OperatorSample Sample(SampleBuilder s) => Extremes.DrawPlace(s);
}
