namespace Evergraph.CustomOps.Aten;

/// <summary>max(x, 0), element by element; NaN stays NaN.</summary>
[CustomOp("aten::relu(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Relu
{
    /// <summary>The same type; not bool.</summary>
    public static TensorType Fake(TensorType self)
    {
        Require(self.DType != DType.Bool, "relu of bools is not defined: expected numbers");
        return self;
    }

    /// <summary>max(x, 0), element by element; NaN stays NaN.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => Elementwise.Number<ReluFunction>(self, self.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Number(), s.AnyShape()));
}
