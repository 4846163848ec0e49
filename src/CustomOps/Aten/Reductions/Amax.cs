namespace Evergraph.CustomOps.Aten;

/// <summary>The greatest element along axes, all of them where none is named; NaN if there is one.</summary>
[CustomOp("aten::amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor")]
public static partial class Amax
{
    public static TensorType Fake(TensorType self, long[] dim, bool keepdim)
    {
        var reduced = Axes.Reduced(dim, self.Rank);
        ReducedShape.RequireElements(self.Shape, reduced);
        return new(self.DType, ReducedShape.Infer(self.Shape, reduced, keepdim));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] dim, bool keepdim) => Reductions.Maximum(self, Axes.Reduced(dim, self.Rank), keepdim);

    public static AxisSplit? SplitAxis(AxisQuery query) => ReducedShape.Split(query, query.Ints(1), query.Flag(2));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor(0, 1);
        return s.Call(self, s.SomeAxes(self.Type.Rank), s.Coin());
    }
}
