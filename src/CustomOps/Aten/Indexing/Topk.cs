namespace Evergraph.CustomOps.Aten;

/// <summary>The k largest (or smallest) elements along an axis and their places. Here they are always in order.</summary>
[CustomOp("aten::topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)")]
public static partial class Topk
{
    public static (TensorType Values, TensorType Indices) Fake(TensorType self, Dim k, long dim, bool largest, bool sorted)
    {
        int axis = Axes.NormalizeOrScalar(dim, self.Rank);
        Require(self.DType != DType.Bool, "bool has no order here: expected a number type, given bool");
        Require(k >= 0, "k is negative");
        Require(k <= (self.Rank == 0 ? 1 : self.Shape[axis]), "k is larger than the dimension");
        var shape = self.Rank == 0 ? self.Shape : self.Shape.With(axis, k);
        return (new(self.DType, shape), new(DType.Int64, shape));
    }

    [Kernel(Backend.Reference)]
    public static (Tensor Values, Tensor Indices) Real(Tensor self, long k, long dim, bool largest, bool sorted)
    {
        int axis = Axes.NormalizeOrScalar(dim, self.Rank);
        var block = AxisBlock.Around(self.Sizes, axis);
        long[] sizes = self.Sizes.ToArray();
        if (sizes.Length > 0)
            sizes[axis] = k;
        var values = Tensor.Empty(self.DType, sizes);
        var indices = Tensor.Empty(DType.Int64, sizes);
        Sorting.Order(self, block, sizes.Length > 0 ? k : 1, largest, indices.Span<long>());
        Sorting.Take(self, block, indices.ReadOnlySpan<long>(), values);
        return (values, indices);
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => query.CarriedExcept(Axes.NormalizeOrScalar(query.Int(2), query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var shape = s.Sizes(s.Next(0, 3));
        int axis = s.Next(0, Math.Max(shape.Length, 1) - 1);
        Dim k = shape.Length == 0 ? 1 : s.Size();
        if (shape.Length > 0)
            shape[axis] = k + s.Size(0, 3);
        return s.Call(s.Tensor(s.Number(), Shape.Create(shape)), k, s.Signed(axis, shape.Length), s.Coin(), s.Coin());
    }
}
