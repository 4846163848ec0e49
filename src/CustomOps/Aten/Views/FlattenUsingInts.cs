namespace Evergraph.CustomOps.Aten;

/// <summary>Merges neighbouring axes, both ends included, into one.</summary>
[CustomOp("aten::flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.Reshapes | OperatorTraits.IdentityOnSameType)]
public static partial class FlattenUsingInts
{
    public static TensorType Fake(TensorType self, long start_dim, long end_dim)
    {
        int start = Axes.NormalizeOrScalar(start_dim, self.Rank);
        int end = Axes.NormalizeOrScalar(end_dim, self.Rank);
        Require(start <= end, $"the first dimension to flatten comes after the last: given {start_dim} and {end_dim} at rank {self.Rank}");
        if (self.Rank == 0)
            return new(self.DType, [1]);
        var sizes = self.Shape.AsSpan();
        return new(self.DType, [.. sizes[..start], Shape.Create(sizes[start..(end + 1)]).Elements, .. sizes[(end + 1)..]]);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long start_dim, long end_dim)
    {
        if (self.Rank == 0)
            return StridedCopy.Reshape(self, [1]);
        int start = Axes.Normalize(start_dim, self.Rank);
        int end = Axes.Normalize(end_dim, self.Rank) + 1;
        return StridedCopy.Reshape(self, [.. self.Sizes[..start], AxisBlock.Product(self.Sizes[start..end]), .. self.Sizes[end..]]);
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => ViewSplit.Split(query);

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        int rank = Math.Max(self.Type.Rank, 1);
        int start = s.Next(0, rank - 1);
        int end = s.Next(start, rank - 1);
        return s.Call(self, s.Signed(start, rank), s.Signed(end, rank));
    }
}
