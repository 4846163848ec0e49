namespace Evergraph.CustomOps.Aten;

/// <summary>−x; integers wrap around.</summary>
[CustomOp("aten::neg(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Neg
{
    /// <summary>The same type; not bool.</summary>
    public static TensorType Fake(TensorType self)
    {
        Require(self.DType != DType.Bool, "a bool tensor cannot be negated: use logical_not or bitwise_not");
        return self;
    }

    /// <summary>−x; integers wrap around.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Elementwise.Number<NegateFunction>(self, self.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Number(), s.AnyShape()));
}
