namespace Evergraph.CustomOps.Aten;

/// <summary>The greatest of all elements; NaN if there is one.</summary>
[CustomOp("aten::max(Tensor self) -> Tensor")]
public static partial class Max
{
    public static TensorType Fake(TensorType self) => Amax.Fake(self, [], false);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Reductions.Maximum(self, Axes.Reduced([], self.Rank), false);

    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.AnyTensor(0, 1));
}
