namespace Evergraph.CustomOps.Aten;

/// <summary>Moves axes to other places; the others keep their order.</summary>
[CustomOp("aten::movedim.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class MovedimIntlist
{
    public static TensorType Fake(TensorType self, long[] source, long[] destination)
    {
        Require(source.Length == destination.Length, $"each axis has one place to go: expected {source.Length} places, given {destination.Length}");
        return new(self.DType, Permutation.Apply(Permutation.Move(source, destination, self.Rank), self.Shape));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] source, long[] destination) =>
        StridedCopy.Permute(self, Permutation.Move(source, destination, self.Rank));

    public static AxisSplit? SplitAxis(AxisQuery query) =>
        Permutation.Split(query, Permutation.Move(query.Ints(1), query.Ints(2), query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        var source = s.SomeAxes(self.Type.Rank);
        var destination = s.SomeAxes(self.Type.Rank, self.Type.Rank).AsSpan(0, source.Length).ToArray();
        return s.Call(self, source, destination);
    }
}
