namespace Evergraph.CustomOps.Aten;

/// <summary>The transpose of a matrix; a tensor of rank 0 or 1 stays as it is.</summary>
[CustomOp("aten::t(Tensor(a) self) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class T
{
    public static TensorType Fake(TensorType self)
    {
        Require(self.Rank <= 2, $"expected a tensor of rank 2 at most, given rank {self.Rank}; use transpose and name the dimensions");
        return new(self.DType, Permutation.Apply(Order(self.Rank), self.Shape));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => StridedCopy.Permute(self, Order(self.Rank));

    public static AxisSplit? SplitAxis(AxisQuery query) => Permutation.Split(query, Order(query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), [.. s.Sizes(s.Next(0, 2))]));

    private static int[] Order(int rank) => rank == 2 ? [1, 0] : [.. Enumerable.Range(0, rank)];
}
