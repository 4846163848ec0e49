namespace Evergraph.CustomOps.Aten;

/// <summary>The elements along an axis that a list names.</summary>
[CustomOp("aten::index_select(Tensor self, int dim, Tensor index) -> Tensor")]
public static partial class IndexSelect
{
    public static TensorType Fake(TensorType self, long dim, TensorType index)
    {
        int axis = Axes.NormalizeOrScalar(dim, self.Rank);
        Require(Places.AreHeldBy(index.DType), $"the index has a wrong element type: expected int64 or int32, given {index.DType.Name()}");
        Require(index.Rank <= 1, $"the index has a wrong rank: expected 1 at most, given {index.Rank}");
        if (self.Rank > 0)
            return new(self.DType, self.Shape.With(axis, index.Shape.Elements));
        Require(index.Shape.Elements == 1, "a tensor without dimensions has one element to select");
        return self;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, Tensor index)
    {
        int axis = Axes.NormalizeOrScalar(dim, self.Rank);
        var block = AxisBlock.Around(self.Sizes, axis);
        long[] sizes = self.Sizes.ToArray();
        if (sizes.Length > 0)
            sizes[axis] = index.Elements;
        var result = Tensor.Empty(self.DType, sizes);
        Rows.Gather(self, result, block, Places.Read(index, block.Size, axis, negative: false));
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int axis = Axes.NormalizeOrScalar(query.Int(1), query.OperandTypes[0].Rank);
        if (query.Operand == 1)
            return query.OperandTypes[0].Rank == 0 ? null : new([AxisSplit.Whole, 0], axis, query.Arguments);
        return query.Axis == axis ? null : new([query.Axis, AxisSplit.Whole], query.Axis, query.Arguments);
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor(0, 1);
        int rank = self.Type.Rank;
        int axis = s.Next(0, Math.Max(rank, 1) - 1);
        Dim size = rank == 0 ? 1 : self.Type.Shape[axis];
        Shape shape = rank == 0 || s.Next(0, 4) == 0 ? [] : [s.Size()];
        return s.Call(self, s.Signed(axis, rank), s.Indices(shape, size, dtype: s.Pick(DType.Int64, DType.Int32)));
    }
}
