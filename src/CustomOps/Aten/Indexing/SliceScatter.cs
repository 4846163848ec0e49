namespace Evergraph.CustomOps.Aten;

/// <summary>A copy with another tensor over a slice; the inverse of slice.</summary>
[CustomOp("aten::slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor")]
public static partial class SliceScatter
{
    public static TensorType Fake(TensorType self, TensorType src, long dim, Dim? start, Dim? end, Dim step)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        var expected = self.Shape.With(axis, SliceBounds.Length(self.Shape[axis], start, end, step));
        Require(src.Rank == expected.Rank, $"the source has another rank than the slice: expected {expected.Rank}, given {src.Rank}");
        for (int i = 0; i < expected.Rank; i++)
            Require(src.Shape[i] == expected[i], $"size {i} of the source is not that of the slice");
        return self;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor src, long dim, long? start, long? end, long step)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        var result = StridedCopy.Reshape(self, self.Sizes);
        Slicing.Put(Scratch.As(src, self.DType), result, axis, SliceBounds.Of(self.Sizes[axis], start, end, step).Start, step);
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => query.AlikeExcept(Axes.Normalize(query.Int(2), query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor(1);
        int axis = s.Next(0, self.Type.Rank - 1);
        var size = self.Type.Shape[axis];
        var (start, end) = Slicing.DrawBounds(s, size);
        Dim step = s.Next(1, 3);
        var src = self.Type.Shape.With(axis, SliceBounds.Length(size, start, end, step));
        return s.Call(self, s.Tensor(s.Any(), src), s.Signed(axis, self.Type.Rank), start, end, step);
    }
}
