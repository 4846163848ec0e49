namespace Evergraph.CustomOps.Aten;

/// <summary>The element of a 0-d tensor where the mask is true, self elsewhere, broadcast.</summary>
[CustomOp("aten::masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class MaskedFillTensor
{
    /// <summary>self's type and the broadcast sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType mask, TensorType value)
    {
        Require(mask.DType == DType.Bool, "the mask is not bool: compare it with zero");
        if (value.Rank != 0)
            throw Fail($"the value has dimensions: expected a 0-d tensor, given {value}");
        return new(self.DType, Broadcast.Shapes(self.Shape, mask.Shape));
    }

    /// <summary>The element of a 0-d tensor where the mask is true, self elsewhere, broadcast.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor mask, Tensor value) => ElementwiseSelect.Run(mask, value, self, self.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (self, mask) = s.Broadcastable();
        return s.Call(s.Tensor(s.Any(), self), s.Tensor(DType.Bool, mask), s.Tensor(s.Any(), Shape.Scalar));
    }
}
