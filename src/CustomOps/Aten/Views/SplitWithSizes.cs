namespace Evergraph.CustomOps.Aten;

/// <summary>Parts of the given sizes along an axis.</summary>
[CustomOp("aten::split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class SplitWithSizes
{
    public static TensorType[] Fake(TensorType self, Dim[] split_sizes, long dim) =>
        Splitting.Types(self, Axes.Normalize(dim, self.Rank), split_sizes);

    [Kernel(Backend.Reference)]
    public static Tensor[] Real(Tensor self, long[] split_sizes, long dim) =>
        Splitting.Take(self, Axes.Normalize(dim, self.Rank), split_sizes);

    public static AxisSplit? SplitAxis(AxisQuery query) => Slicing.Split(query, query.Int(2));

    public static OperatorSample Sample(SampleBuilder s) => Splitting.DrawSizes(s);
}
