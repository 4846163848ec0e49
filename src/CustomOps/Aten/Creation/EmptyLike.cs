namespace Evergraph.CustomOps.Aten;

/// <summary>Zeros; of self only the type counts. PyTorch leaves them undefined; zeros make every run the same.</summary>
[CustomOp(
    "aten::empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class EmptyLike
{
    /// <summary>self's sizes, and its type or the one asked for.</summary>
    public static TensorType Fake(TensorType self, DType? dtype, string? layout, string? device, bool? pin_memory, string? memory_format) =>
        new(dtype ?? self.DType, self.Shape);

    /// <summary>Zeros; of self only the type counts. PyTorch leaves them undefined; zeros make every run the same.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, DType? dtype, string? layout, string? device, bool? pin_memory, string? memory_format) =>
        Tensor.Zeros(dtype ?? self.DType, self.Sizes);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.Tensor(s.Any(), s.AnyShape()), s.Coin() ? s.Any() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), s.Coin() ? s.Coin() : null);
}
