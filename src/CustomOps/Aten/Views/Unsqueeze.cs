namespace Evergraph.CustomOps.Aten;

/// <summary>Adds an axis of size 1.</summary>
[CustomOp("aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.Reshapes)]
public static partial class Unsqueeze
{
    public static TensorType Fake(TensorType self, long dim)
    {
        int place = Axes.NormalizeNew(dim, self.Rank);
        return new(self.DType, [.. self.Shape.AsSpan()[..place], 1, .. self.Shape.AsSpan()[place..]]);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim)
    {
        int place = Axes.NormalizeNew(dim, self.Rank);
        return StridedCopy.Reshape(self, [.. self.Sizes[..place], 1, .. self.Sizes[place..]]);
    }

    public static AxisSplit? SplitAxis(AxisQuery query) =>
        query.Carried(query.Axis < Axes.NormalizeNew(query.Int(1), query.Type.Rank) ? query.Axis : query.Axis + 1);

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.Axis(self.Type.Rank + 1));
    }
}
