namespace Evergraph.CustomOps.Aten;

/// <summary>The least of all elements; NaN if there is one.</summary>
[CustomOp("aten::min(Tensor self) -> Tensor")]
public static partial class Min
{
    public static TensorType Fake(TensorType self) => Amax.Fake(self, [], false);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Reductions.Minimum(self, Axes.Reduced([], self.Rank), false);

    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.AnyTensor(0, 1));
}
