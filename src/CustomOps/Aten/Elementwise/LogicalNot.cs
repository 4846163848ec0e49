namespace Evergraph.CustomOps.Aten;

/// <summary>Whether an element is zero.</summary>
[CustomOp("aten::logical_not(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class LogicalNot
{
    /// <summary>Bool, the same sizes.</summary>
    public static TensorType Fake(TensorType self) => new(DType.Bool, self.Shape);

    /// <summary>Whether an element is zero.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Elementwise.Compare<EqualComparison>(self, Casts.ToTensor(0, self.DType), self.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()));
}
