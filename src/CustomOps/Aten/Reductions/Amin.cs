namespace Evergraph.CustomOps.Aten;

/// <summary>The least element along axes, all of them where none is named; NaN if there is one.</summary>
[CustomOp("aten::amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor")]
public static partial class Amin
{
    public static TensorType Fake(TensorType self, long[] dim, bool keepdim) => Amax.Fake(self, dim, keepdim);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] dim, bool keepdim) => Reductions.Minimum(self, Axes.Reduced(dim, self.Rank), keepdim);

    public static AxisSplit? SplitAxis(AxisQuery query) => ReducedShape.Split(query, query.Ints(1), query.Flag(2));

    public static OperatorSample Sample(SampleBuilder s) => Amax.Sample(s);
}
