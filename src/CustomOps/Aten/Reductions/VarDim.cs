namespace Evergraph.CustomOps.Aten;

/// <summary>The variance along axes, all of them where none is named; unbiased divides by n − 1.</summary>
[CustomOp("aten::var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor")]
public static partial class VarDim
{
    public static TensorType Fake(TensorType self, long[]? dim, bool unbiased, bool keepdim) => Variance.Infer(self, dim, keepdim);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[]? dim, bool unbiased, bool keepdim) =>
        Variance.Compute(self, dim, unbiased ? 1 : 0, keepdim);

    public static AxisSplit? SplitAxis(AxisQuery query) => ReducedShape.Split(query, query.Ints(1), query.Flag(3));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.Tensor(s.Floating(), [.. s.Sizes(s.Next(0, 4))]);
        return s.Call(self, s.OptionalAxes(self.Type.Rank), s.Coin(), s.Coin());
    }
}
