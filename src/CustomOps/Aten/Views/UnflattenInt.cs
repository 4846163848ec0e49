namespace Evergraph.CustomOps.Aten;

/// <summary>Splits one axis into several, one of whose sizes may be inferred.</summary>
[CustomOp("aten::unflatten.int(Tensor(a) self, int dim, SymInt[] sizes) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.Reshapes | OperatorTraits.IdentityOnSameType)]
public static partial class UnflattenInt
{
    public static TensorType Fake(TensorType self, long dim, Dim[] sizes)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        Require(sizes.Length > 0, "an axis is split into at least one: given no sizes");
        var split = ViewSizes.Infer([self.Shape[axis]], sizes);
        return new(self.DType, [.. self.Shape.AsSpan()[..axis], .. split, .. self.Shape.AsSpan()[(axis + 1)..]]);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, long[] sizes)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        return StridedCopy.Reshape(
            self, [.. self.Sizes[..axis], .. ViewSizes.Infer(self.Sizes.Slice(axis, 1), sizes), .. self.Sizes[(axis + 1)..]]);
    }

    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        int axis = Axes.Normalize(query.Int(1), query.Type.Rank);
        if (query.Axis < axis)
            return query.Carried(query.Axis);
        if (query.Axis > axis)
            return query.Carried(query.Axis + query.Dims(2).Length - 1);
        Shape split = [.. query.OutputTypes[0].Shape.AsSpan().Slice(axis, query.Dims(2).Length)];
        return ViewSplit.TryMap([query.Whole], 0, query.Part, split, out int place, out var part)
            ? query.Carried(axis + place, 2, AxisSplits.WithSize(query.Dims(2), place, part))
            : null;
    }

    public static OperatorSample Sample(SampleBuilder s)
    {
        int min = s.Coin() ? 1 : 0;
        Dim[] sizes = s.Sizes(s.Next(1, 3), min);
        Dim[] from = s.Sizes(s.Next(1, 3));
        int axis = s.Next(0, from.Length - 1);
        from[axis] = Shape.Create(sizes).Elements;
        if (min == 1)
            sizes[s.Next(0, sizes.Length - 1)] = -1;
        return s.Call(s.Tensor(s.Any(), Shape.Create(from)), s.Signed(axis, from.Length), sizes);
    }
}
