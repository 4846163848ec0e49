namespace Evergraph.CustomOps.Aten;

/// <summary>The cosine, element by element, of radians.</summary>
[CustomOp("aten::cos(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Cos
{
    /// <summary>The same sizes; integers and bools become float32.</summary>
    public static TensorType Fake(TensorType self) => new(Promotion.ToFloating(self.DType), self.Shape);

    /// <summary>The cosine, element by element, of radians.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Elementwise.Float<CosineFunction>(self, Promotion.ToFloating(self.DType));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape(), -20, 20));
}
