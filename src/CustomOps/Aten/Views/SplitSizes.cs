namespace Evergraph.CustomOps.Aten;

/// <summary>Parts of the given sizes along an axis.</summary>
[CustomOp("aten::split.sizes(Tensor(a -> *) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class SplitSizes
{
    public static TensorType[] Fake(TensorType self, Dim[] split_size, long dim) =>
        Splitting.Types(self, Axes.Normalize(dim, self.Rank), split_size);

    [Kernel(Backend.Reference)]
    public static Tensor[] Real(Tensor self, long[] split_size, long dim) =>
        Splitting.Take(self, Axes.Normalize(dim, self.Rank), split_size);

    public static AxisSplit? SplitAxis(AxisQuery query) => Slicing.Split(query, query.Int(2));

    public static OperatorSample Sample(SampleBuilder s) => Splitting.DrawSizes(s);
}
