namespace Evergraph.CustomOps.Aten;

/// <summary>Reverses axes.</summary>
[CustomOp("aten::flip(Tensor self, int[] dims) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class Flip
{
    public static TensorType Fake(TensorType self, long[] dims)
    {
        Axes.NormalizeAll(dims, self.Rank);
        return self;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] dims)
    {
        long[] strides = StridedCopy.DenseStrides(self.Sizes);
        long offset = 0;
        foreach (int axis in self.Rank == 0 ? [] : Axes.NormalizeAll(dims, self.Rank))
        {
            offset += (self.Sizes[axis] - 1) * strides[axis];
            strides[axis] = -strides[axis];
        }

        return StridedCopy.Gather(self, self.Sizes, strides, offset);
    }

    public static AxisSplit? SplitAxis(AxisQuery query) =>
        Axes.NormalizeAll(query.Ints(1), query.Type.Rank).Contains(query.Axis) ? null : query.Carried(query.Axis);

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.SomeAxes(self.Type.Rank));
    }
}
