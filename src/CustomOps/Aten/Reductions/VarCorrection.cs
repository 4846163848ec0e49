namespace Evergraph.CustomOps.Aten;

/// <summary>The variance along axes, all of them where none is named; <c>correction</c> is 1 by default.</summary>
[CustomOp("aten::var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor")]
public static partial class VarCorrection
{
    public static TensorType Fake(TensorType self, long[]? dim, Scalar? correction, bool keepdim) => Variance.Infer(self, dim, keepdim);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[]? dim, Scalar? correction, bool keepdim) =>
        Variance.Compute(self, dim, correction?.ToDouble() ?? 1, keepdim);

    public static AxisSplit? SplitAxis(AxisQuery query) => ReducedShape.Split(query, query.Ints(1), query.Flag(3));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.Tensor(s.Floating(), [.. s.Sizes(s.Next(0, 4))]);
        return s.Call(self, s.OptionalAxes(self.Type.Rank), s.Pick<Scalar?>(null, 0, 1, 0.5), s.Coin());
    }
}
