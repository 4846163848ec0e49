namespace Evergraph.CustomOps.Aten;

/// <summary>The product of all elements; of integers and bool in int64.</summary>
[CustomOp("aten::prod(Tensor self, *, ScalarType? dtype=None) -> Tensor")]
public static partial class Prod
{
    public static TensorType Fake(TensorType self, DType? dtype) => new(Reductions.SumType(self.DType, dtype), []);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, DType? dtype) =>
        Reductions.Product(self, Axes.Reduced([], self.Rank), false, Reductions.SumType(self.DType, dtype));

    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.AnyTensor(), s.SumType());
}
