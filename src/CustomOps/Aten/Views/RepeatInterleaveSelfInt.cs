namespace Evergraph.CustomOps.Aten;

/// <summary>Each element along an axis several times in a row; without an axis, of the flattened tensor.</summary>
[CustomOp("aten::repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class RepeatInterleaveSelfInt
{
    public static TensorType Fake(TensorType self, Dim repeats, long? dim, Dim? output_size)
    {
        Require(repeats >= 0, "the repeat count is negative");
        int axis = dim is { } given ? Axes.NormalizeOrScalar(given, self.Rank) : 0;
        var shape = dim is null || self.Rank == 0 ? [self.Shape.Elements] : self.Shape;
        var size = shape[axis] * repeats;
        if (output_size is { } expected)
            Require(expected == size, "output_size is not the repeated size");
        return new(self.DType, shape.With(axis, size));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long repeats, long? dim, long? output_size)
    {
        long[] sizes = dim is null || self.Rank == 0 ? [self.Elements] : self.Sizes.ToArray();
        int axis = dim is { } given ? Axes.NormalizeOrScalar(given, self.Rank) : 0;
        var block = AxisBlock.Around(sizes, axis);
        sizes[axis] *= repeats;
        var result = Tensor.Empty(self.DType, sizes);
        StridedCopy.GatherInto(self, result, [block.Outer * block.Size, repeats, block.Inner], [block.Inner, 0, 1]);
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        if (query.Arguments[2] is NoneArgument || query.Type.Rank == 0)
            return null;
        return query.CarriedExcept(Axes.Normalize(query.Int(2), query.Type.Rank));
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        Dim repeats = s.Coin() ? s.Next(0, 3) : s.Size(0, 3);
        return s.Call(self, repeats, s.Coin() ? null : s.Axis(self.Type.Rank));
    }
}
