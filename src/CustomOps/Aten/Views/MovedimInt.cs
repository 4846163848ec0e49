namespace Evergraph.CustomOps.Aten;

/// <summary>Moves one axis to another place; the others keep their order.</summary>
[CustomOp("aten::movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class MovedimInt
{
    public static TensorType Fake(TensorType self, long source, long destination) =>
        new(self.DType, Permutation.Apply(Permutation.Move([source], [destination], self.Rank), self.Shape));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long source, long destination) =>
        StridedCopy.Permute(self, Permutation.Move([source], [destination], self.Rank));

    public static AxisSplit? SplitAxis(AxisQuery query) =>
        Permutation.Split(query, Permutation.Move([query.Int(1)], [query.Int(2)], query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.Axis(self.Type.Rank), s.Axis(self.Type.Rank));
    }
}
