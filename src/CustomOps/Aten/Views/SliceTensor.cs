namespace Evergraph.CustomOps.Aten;

/// <summary>Every <c>step</c>-th element from <c>start</c> to <c>end</c> along an axis; bounds are clamped, negative ones count from the end.</summary>
[CustomOp("aten::slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.IdentityOnSameType)]
public static partial class SliceTensor
{
    public static TensorType Fake(TensorType self, long dim, Dim? start, Dim? end, Dim step)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        return new(self.DType, self.Shape.With(axis, SliceBounds.Length(self.Shape[axis], start, end, step)));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, long? start, long? end, long step)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        var (first, length) = SliceBounds.Of(self.Sizes[axis], start, end, step);
        return Slicing.Take(self, axis, first, length, step);
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int axis = Axes.Normalize(query.Int(1), query.Type.Rank);
        if (query.Axis != axis)
            return query.Carried(query.Axis);
        // A slice of everything, which models write as x[:], is one of each part too.
        return query.OutputTypes[0].Shape[axis].Equals(query.Whole)
            ? new([axis], axis, query.Arguments.With(2, new DimArgument(0)).With(3, new DimArgument(long.MaxValue)).With(4, new DimArgument(1)))
            : null;
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor(1);
        int axis = s.Next(0, self.Type.Rank - 1);
        var (start, end) = Slicing.DrawBounds(s, self.Type.Shape[axis]);
        return s.Call(self, s.Signed(axis, self.Type.Rank), start, end, (Dim)s.Next(1, 3));
    }
}
