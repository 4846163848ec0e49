namespace Evergraph.CustomOps.Aten;

/// <summary>Puts the axes in the given order.</summary>
[CustomOp("aten::permute(Tensor(a) self, int[] dims) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View)]
public static partial class Permute
{
    public static TensorType Fake(TensorType self, long[] dims)
    {
        Require(dims.Length == self.Rank, $"every dimension is named once: expected {self.Rank}, given {dims.Length}");
        return new(self.DType, Permutation.Apply(Axes.NormalizeAll(dims, self.Rank), self.Shape));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] dims) => StridedCopy.Permute(self, Axes.NormalizeAll(dims, self.Rank));

    public static AxisSplit? SplitAxis(AxisQuery query) => Permutation.Split(query, Axes.NormalizeAll(query.Ints(1), query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.SomeAxes(self.Type.Rank, self.Type.Rank));
    }
}
