namespace Evergraph.CustomOps.Aten;

/// <summary>Whether an element is NaN: it differs from itself.</summary>
[CustomOp("aten::isnan(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Isnan
{
    /// <summary>Bool, the same sizes.</summary>
    public static TensorType Fake(TensorType self) => new(DType.Bool, self.Shape);

    /// <summary>Whether an element is NaN: it differs from itself.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Elementwise.Compare<NotEqualComparison>(self, self, self.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()));
}
