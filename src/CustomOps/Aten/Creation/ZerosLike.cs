namespace Evergraph.CustomOps.Aten;

/// <summary>Zeros everywhere; of self only the type counts. Where memory lies and how it is laid out is not the operator's to say.</summary>
[CustomOp(
    "aten::zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class ZerosLike
{
    /// <summary>self's sizes, and its type or the one asked for.</summary>
    public static TensorType Fake(TensorType self, DType? dtype, string? layout, string? device, bool? pin_memory, string? memory_format) =>
        new(dtype ?? self.DType, self.Shape);

    /// <summary>Zeros everywhere; of self only the type counts. Where memory lies and how it is laid out is not the operator's to say.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, DType? dtype, string? layout, string? device, bool? pin_memory, string? memory_format) =>
        ConstantFill.Of(dtype ?? self.DType, self.Sizes, 0);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.Tensor(s.Any(), s.AnyShape()), s.Coin() ? s.Any() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), s.Coin() ? s.Coin() : null);
}
