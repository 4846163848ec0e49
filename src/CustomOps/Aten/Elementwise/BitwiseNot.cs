namespace Evergraph.CustomOps.Aten;

/// <summary>Every bit the other way; for bools the logical not.</summary>
[CustomOp("aten::bitwise_not(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class BitwiseNot
{
    /// <summary>The same type, integer or bool.</summary>
    public static TensorType Fake(TensorType self) => new(Arithmetic.BitwiseType(self.DType), self.Shape);

    /// <summary>Every bit the other way; for bools the logical not.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => self.DType == DType.Bool
        ? Elementwise.Compare<EqualComparison>(self, Casts.ToTensor(false, DType.Bool), DType.Bool)
        : Elementwise.Integer<BitNotFunction>(self);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.IntegerOrBool(), s.AnyShape(), -9, 9));
}
