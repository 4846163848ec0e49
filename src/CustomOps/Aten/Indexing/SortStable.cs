namespace Evergraph.CustomOps.Aten;

/// <summary>The elements along an axis in order, and their places. Equal elements keep their order, asked for or not.</summary>
[CustomOp("aten::sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)")]
public static partial class SortStable
{
    public static (TensorType Values, TensorType Indices) Fake(TensorType self, bool? stable, long dim, bool descending) =>
        Sort.Fake(self, dim, descending);

    [Kernel(Backend.Reference)]
    public static (Tensor Values, Tensor Indices) Real(Tensor self, bool? stable, long dim, bool descending) =>
        Sort.Real(self, dim, descending);

    public static AxisSplit? SplitAxis(AxisQuery query) => query.CarriedExcept(Axes.NormalizeOrScalar(query.Int(2), query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.Pick<bool?>(true, false, null), s.Axis(self.Type.Rank), s.Coin());
    }
}
