namespace Evergraph.CustomOps.Aten;

/// <summary>The smallest integer not below x; integers are copied.</summary>
[CustomOp("aten::ceil(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Ceil
{
    /// <summary>The same type; not bool.</summary>
    public static TensorType Fake(TensorType self)
    {
        Require(self.DType != DType.Bool, "a bool tensor cannot be rounded: expected numbers");
        return self;
    }

    /// <summary>The smallest integer not below x; integers are copied.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) =>
        self.DType.IsFloating() ? Elementwise.Float<CeilingFunction>(self, self.DType) : self.Clone();

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Number(), s.AnyShape()));
}
