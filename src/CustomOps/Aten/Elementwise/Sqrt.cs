namespace Evergraph.CustomOps.Aten;

/// <summary>√x, element by element; NaN below 0.</summary>
[CustomOp("aten::sqrt(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Sqrt
{
    /// <summary>The same sizes; integers and bools become float32.</summary>
    public static TensorType Fake(TensorType self) => new(Promotion.ToFloating(self.DType), self.Shape);

    /// <summary>√x, element by element; NaN below 0.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Elementwise.Float<SquareRootFunction>(self, Promotion.ToFloating(self.DType));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape(), 0, 4));
}
