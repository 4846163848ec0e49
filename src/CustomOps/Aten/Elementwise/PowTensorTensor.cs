namespace Evergraph.CustomOps.Aten;

/// <summary>self to the power of exponent, broadcast; integers wrap around.</summary>
[CustomOp("aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class PowTensorTensor
{
    /// <summary>The promoted type and the broadcast sizes. Not bool.</summary>
    public static TensorType Fake(TensorType self, TensorType exponent)
    {
        var dtype = Promotion.Of(self, exponent);
        Require(dtype != DType.Bool, "bools have no powers: expected a number on one side");
        return new(dtype, Broadcast.Shapes(self.Shape, exponent.Shape));
    }

    /// <summary>The powers, in the promoted type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor exponent)
    {
        var dtype = Promotion.Of(self, exponent);
        return dtype.IsFloating() ? Elementwise.Float<PowerOperation>(self, exponent, dtype) : Elementwise.Integer<PowerOperation>(self, exponent, dtype);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, exponent) = s.Broadcastable();
        return s.Call(s.Tensor(s.Number(), self), s.Tensor(s.Number(), exponent));
    }
}
