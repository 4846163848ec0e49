namespace Evergraph.CustomOps.Aten;

/// <summary>The places of the elements along an axis in order. Equal elements keep their order.</summary>
[CustomOp("aten::argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor")]
public static partial class Argsort
{
    public static TensorType Fake(TensorType self, long dim, bool descending)
    {
        Axes.NormalizeOrScalar(dim, self.Rank);
        return new(DType.Int64, self.Shape);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, bool descending)
    {
        var block = AxisBlock.Around(self.Sizes, Axes.NormalizeOrScalar(dim, self.Rank));
        var indices = Tensor.Empty(DType.Int64, self.Sizes);
        Sorting.Order(self, block, block.Size, descending, indices.Span<long>());
        return indices;
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => query.CarriedExcept(Axes.NormalizeOrScalar(query.Int(1), query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.Axis(self.Type.Rank), s.Coin());
    }
}
