namespace Evergraph.CustomOps.Aten;

/// <summary>One element along an axis, which disappears; a negative index counts from the end.</summary>
[CustomOp("aten::select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class SelectInt
{
    public static TensorType Fake(TensorType self, long dim, Dim index)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        Require(index >= -self.Shape[axis], "the index is before the first element");
        Require(index < self.Shape[axis], "the index is behind the last element");
        return new(self.DType, [.. self.Shape.AsSpan()[..axis], .. self.Shape.AsSpan()[(axis + 1)..]]);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, long index)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        long[] strides = StridedCopy.DenseStrides(self.Sizes);
        long place = index < 0 ? index + self.Sizes[axis] : index;
        return StridedCopy.Gather(
            self,
            [.. self.Sizes[..axis], .. self.Sizes[(axis + 1)..]],
            [.. strides[..axis], .. strides[(axis + 1)..]],
            place * strides[axis]);
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int axis = Axes.Normalize(query.Int(1), query.Type.Rank);
        return query.Axis == axis ? null : query.Carried(query.Axis < axis ? query.Axis : query.Axis - 1);
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor(1, 1);
        int axis = s.Next(0, self.Type.Rank - 1);
        int size = (int)s.NumberOf(self.Type.Shape[axis]);
        return s.Call(self, s.Signed(axis, self.Type.Rank), (Dim)s.Next(-size, size - 1));
    }
}
