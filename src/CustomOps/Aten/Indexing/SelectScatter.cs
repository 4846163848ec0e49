namespace Evergraph.CustomOps.Aten;

/// <summary>A copy with another tensor at one place along an axis; the inverse of select.</summary>
[CustomOp("aten::select_scatter(Tensor self, Tensor src, int dim, SymInt index) -> Tensor")]
public static partial class SelectScatter
{
    public static TensorType Fake(TensorType self, TensorType src, long dim, Dim index)
    {
        var expected = SelectInt.Fake(self, dim, index).Shape;
        Require(src.Rank == expected.Rank, $"the source has another rank than what it replaces: expected {expected.Rank}, given {src.Rank}");
        for (int i = 0; i < expected.Rank; i++)
            Require(src.Shape[i] == expected[i], $"size {i} of the source is not that of what it replaces");
        return self;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor src, long dim, long index)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        var result = StridedCopy.Reshape(self, self.Sizes);
        var part = Scratch.As(src, self.DType).Reinterpret([.. self.Sizes[..axis], 1, .. self.Sizes[(axis + 1)..]]);
        Slicing.Put(part, result, axis, index < 0 ? index + self.Sizes[axis] : index);
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int dim = Axes.Normalize(query.Int(2), query.OperandTypes[0].Rank);
        int axis = query.Operand == 1 && query.Axis >= dim ? query.Axis + 1 : query.Axis;
        return axis == dim ? null : new([axis, axis < dim ? axis : axis - 1], axis, query.Arguments);
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor(1, 1);
        int axis = s.Next(0, self.Type.Rank - 1);
        int size = (int)s.NumberOf(self.Type.Shape[axis]);
        var sizes = self.Type.Shape.AsSpan();
        var src = s.Tensor(s.Any(), [.. sizes[..axis], .. sizes[(axis + 1)..]]);
        return s.Call(self, src, s.Signed(axis, self.Type.Rank), (Dim)s.Next(-size, size - 1));
    }
}
