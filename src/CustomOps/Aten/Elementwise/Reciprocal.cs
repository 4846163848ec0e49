namespace Evergraph.CustomOps.Aten;

/// <summary>1/x, element by element.</summary>
[CustomOp("aten::reciprocal(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Reciprocal
{
    /// <summary>The same sizes; integers and bools become float32.</summary>
    public static TensorType Fake(TensorType self) => new(Promotion.ToFloating(self.DType), self.Shape);

    /// <summary>1/x, element by element.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Elementwise.Float<InverseFunction>(self, Promotion.ToFloating(self.DType));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()));
}
