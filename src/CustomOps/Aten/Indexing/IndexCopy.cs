namespace Evergraph.CustomOps.Aten;

/// <summary>A copy with the elements of another tensor at the places along an axis that a list names.</summary>
[CustomOp("aten::index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor")]
public static partial class IndexCopy
{
    public static TensorType Fake(TensorType self, long dim, TensorType index, TensorType source)
    {
        int axis = Axes.NormalizeOrScalar(dim, self.Rank);
        Require(index.DType == DType.Int64, $"the index has a wrong element type: expected int64, given {index.DType.Name()}");
        Require(index.Rank <= 1, $"the index has a wrong rank: expected 1 at most, given {index.Rank}");
        Require(source.DType == self.DType, $"the element types differ: expected {self.DType.Name()}, given {source.DType.Name()}");
        Require(source.Rank == self.Rank, $"the ranks differ: expected {self.Rank}, given {source.Rank}");
        for (int i = 0; i < self.Rank; i++)
        {
            if (i != axis)
                Require(source.Shape[i] == self.Shape[i], $"sizes along dimension {i} differ");
        }

        var given = source.Rank == 0 ? 1 : source.Shape[axis];
        Require(given == index.Shape.Elements, "the source does not have as many elements along the dimension as there are indices");
        return self;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, Tensor index, Tensor source)
    {
        int axis = Axes.NormalizeOrScalar(dim, self.Rank);
        var block = AxisBlock.Around(self.Sizes, axis);
        var result = StridedCopy.Reshape(self, self.Sizes);
        Rows.Scatter(source, result, block, Places.Read(index, block.Size, axis, negative: false));
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int axis = Axes.NormalizeOrScalar(query.Int(1), query.OperandTypes[0].Rank);
        return query.Operand == 1 || query.Axis == axis
            ? null
            : new([query.Axis, AxisSplit.Whole, query.Axis], query.Axis, query.Arguments);
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor(0, 1);
        int rank = self.Type.Rank;
        int axis = s.Next(0, Math.Max(rank, 1) - 1);
        Dim size = rank == 0 ? 1 : self.Type.Shape[axis];
        Dim count = rank == 0 || s.Next(0, 4) == 0 ? 1 : s.Size();
        Shape shape = count.Equals(1) && s.Coin() ? [] : [count];
        var source = rank == 0 ? self.Type.Shape : self.Type.Shape.With(axis, count);
        return s.Call(self, s.Signed(axis, rank), s.Indices(shape, size), s.Tensor(self.Type.DType, source));
    }
}
