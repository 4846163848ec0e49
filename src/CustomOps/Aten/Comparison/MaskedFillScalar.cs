namespace Evergraph.CustomOps.Aten;

/// <summary>A number where the mask is true, self elsewhere, broadcast.</summary>
[CustomOp("aten::masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class MaskedFillScalar
{
    /// <summary>self's type and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType mask, Scalar value)
    {
        Require(mask.DType == DType.Bool, "the mask is not bool: compare it with zero");
        return new(self.DType, Broadcast.Shapes(self.Shape, mask.Shape));
    }

    /// <summary>A number where the mask is true, self elsewhere, broadcast.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor mask, Scalar value) =>
        ElementwiseSelect.Run(mask, Casts.ToTensor(value, self.DType), self, self.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, mask) = s.Broadcastable();
        return s.Call(s.Tensor(s.Any(), self), s.Tensor(DType.Bool, mask), s.AnyScalar());
    }
}
