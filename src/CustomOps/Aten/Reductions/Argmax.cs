namespace Evergraph.CustomOps.Aten;

/// <summary>The place of the first greatest element along an axis, or in the flattened tensor; NaN is the greatest.</summary>
[CustomOp("aten::argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor")]
public static partial class Argmax
{
    public static TensorType Fake(TensorType self, long? dim, bool keepdim) => Extremes.InferPlace(self, dim, keepdim);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long? dim, bool keepdim) => Extremes.FindPlace(self, dim, keepdim, greatest: true);

    public static AxisSplit? SplitAxis(AxisQuery query) => Extremes.SplitPlace(query);

    public static OperatorSample Sample(SampleBuilder s) => Extremes.DrawPlace(s);
}
