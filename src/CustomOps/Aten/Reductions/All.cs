namespace Evergraph.CustomOps.Aten;

/// <summary>Whether all elements are not zero; NaN is not zero.</summary>
[CustomOp("aten::all(Tensor self) -> Tensor")]
public static partial class All
{
    public static TensorType Fake(TensorType self) => new(Reductions.TruthType(self.DType), []);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Reductions.All(self, Axes.Reduced([], self.Rank), false);

    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.AnyTensor());
}
