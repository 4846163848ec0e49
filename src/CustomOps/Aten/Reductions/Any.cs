namespace Evergraph.CustomOps.Aten;

/// <summary>Whether any element is not zero; NaN is not zero.</summary>
[CustomOp("aten::any(Tensor self) -> Tensor")]
public static partial class Any
{
    public static TensorType Fake(TensorType self) => new(Reductions.TruthType(self.DType), []);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Reductions.Any(self, Axes.Reduced([], self.Rank), false);

    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.AnyTensor());
}
