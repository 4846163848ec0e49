namespace Evergraph.CustomOps.Aten;

/// <summary>The elements along an axis in order, and their places. Equal elements keep their order.</summary>
[CustomOp("aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)")]
public static partial class Sort
{
    public static (TensorType Values, TensorType Indices) Fake(TensorType self, long dim, bool descending)
    {
        Axes.NormalizeOrScalar(dim, self.Rank);
        return (self, new(DType.Int64, self.Shape));
    }

    [Kernel(Backend.Reference)]
    public static (Tensor Values, Tensor Indices) Real(Tensor self, long dim, bool descending)
    {
        var block = AxisBlock.Around(self.Sizes, Axes.NormalizeOrScalar(dim, self.Rank));
        var values = Tensor.Empty(self.DType, self.Sizes);
        var indices = Tensor.Empty(DType.Int64, self.Sizes);
        Sorting.Order(self, block, block.Size, descending, indices.Span<long>());
        Sorting.Take(self, block, indices.ReadOnlySpan<long>(), values);
        return (values, indices);
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => query.CarriedExcept(Axes.NormalizeOrScalar(query.Int(1), query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.Axis(self.Type.Rank), s.Coin());
    }
}
