namespace Evergraph.CustomOps.Aten;

/// <summary>The sum along axes, all of them where none is named; of integers and bool in int64.</summary>
[CustomOp("aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")]
public static partial class SumDimIntList
{
    public static TensorType Fake(TensorType self, long[]? dim, bool keepdim, DType? dtype) =>
        new(Reductions.SumType(self.DType, dtype), ReducedShape.Infer(self.Shape, Axes.Reduced(dim, self.Rank), keepdim));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[]? dim, bool keepdim, DType? dtype) =>
        Reductions.Sum(self, Axes.Reduced(dim, self.Rank), keepdim, Reductions.SumType(self.DType, dtype));

    public static AxisSplit? SplitAxis(AxisQuery query) => ReducedShape.Split(query, query.Ints(1), query.Flag(2));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.OptionalAxes(self.Type.Rank), s.Coin(), s.SumType());
    }
}
