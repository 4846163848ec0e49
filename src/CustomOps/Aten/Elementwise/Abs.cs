namespace Evergraph.CustomOps.Aten;

/// <summary>The absolute value; the smallest integer stays itself.</summary>
[CustomOp("aten::abs(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Abs
{
    /// <summary>The same type; not bool.</summary>
    public static TensorType Fake(TensorType self)
    {
        Require(self.DType != DType.Bool, "a bool tensor has no absolute value: expected numbers");
        return self;
    }

    /// <summary>The absolute value; the smallest integer stays itself.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Elementwise.Number<AbsoluteFunction>(self, self.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Number(), s.AnyShape()));
}
