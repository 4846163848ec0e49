namespace Evergraph.CustomOps.Aten;

/// <summary>Exchanges two axes.</summary>
[CustomOp("aten::transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class TransposeInt
{
    public static TensorType Fake(TensorType self, long dim0, long dim1) =>
        new(self.DType, Permutation.Apply(Permutation.Swap(dim0, dim1, self.Rank), self.Shape));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim0, long dim1) => StridedCopy.Permute(self, Permutation.Swap(dim0, dim1, self.Rank));

    public static AxisSplit? SplitAxis(AxisQuery query) =>
        Permutation.Split(query, Permutation.Swap(query.Int(1), query.Int(2), query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.Axis(self.Type.Rank), s.Axis(self.Type.Rank));
    }
}
