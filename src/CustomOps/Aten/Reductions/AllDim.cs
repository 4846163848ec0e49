namespace Evergraph.CustomOps.Aten;

/// <summary>Whether all elements along an axis are not zero; NaN is not zero.</summary>
[CustomOp("aten::all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor")]
public static partial class AllDim
{
    public static TensorType Fake(TensorType self, long dim, bool keepdim) => AnyDim.Fake(self, dim, keepdim);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, bool keepdim) => Reductions.All(self, Axes.Reduced([dim], self.Rank), keepdim);

    public static AxisSplit? SplitAxis(AxisQuery query) => ReducedShape.Split(query, [query.Int(1)], query.Flag(2));

    public static OperatorSample Sample(SampleBuilder s) => AnyDim.Sample(s);
}
