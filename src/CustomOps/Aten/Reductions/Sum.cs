namespace Evergraph.CustomOps.Aten;

/// <summary>The sum of all elements; of integers and bool in int64.</summary>
[CustomOp("aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor")]
public static partial class Sum
{
    public static TensorType Fake(TensorType self, DType? dtype) => new(Reductions.SumType(self.DType, dtype), []);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, DType? dtype) =>
        Reductions.Sum(self, Axes.Reduced([], self.Rank), false, Reductions.SumType(self.DType, dtype));

    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.AnyTensor(), s.SumType());
}
