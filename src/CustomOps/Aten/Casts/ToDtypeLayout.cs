namespace Evergraph.CustomOps.Aten;

/// <summary>A converted copy. Where memory lies and how it is laid out is not the operator's to say.</summary>
[CustomOp(
    "aten::to.dtype_layout(Tensor(a) self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.IdentityOnSameType)]
public static partial class ToDtypeLayout
{
    /// <summary>The type asked for, or the same; the same sizes.</summary>
    public static TensorType Fake(TensorType self, DType? dtype, string? layout, string? device, bool? pin_memory, bool non_blocking, bool copy, string? memory_format) =>
        new(dtype ?? self.DType, self.Shape);

    /// <summary>A converted copy. Where memory lies and how it is laid out is not the operator's to say.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, DType? dtype, string? layout, string? device, bool? pin_memory, bool non_blocking, bool copy, string? memory_format) =>
        Casts.To(self, dtype ?? self.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.Tensor(s.Any(), s.AnyShape()), s.Coin() ? s.Any() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), s.Coin() ? s.Coin() : null);
}
