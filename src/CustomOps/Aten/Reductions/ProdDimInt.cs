namespace Evergraph.CustomOps.Aten;

/// <summary>The product along an axis; of integers and bool in int64.</summary>
[CustomOp("aten::prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")]
public static partial class ProdDimInt
{
    public static TensorType Fake(TensorType self, long dim, bool keepdim, DType? dtype) =>
        new(Reductions.SumType(self.DType, dtype), ReducedShape.Infer(self.Shape, Axes.Reduced([dim], self.Rank), keepdim));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, bool keepdim, DType? dtype) =>
        Reductions.Product(self, Axes.Reduced([dim], self.Rank), keepdim, Reductions.SumType(self.DType, dtype));

    public static AxisSplit? SplitAxis(AxisQuery query) => ReducedShape.Split(query, [query.Int(1)], query.Flag(2));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.Axis(self.Type.Rank), s.Coin(), s.SumType());
    }
}
