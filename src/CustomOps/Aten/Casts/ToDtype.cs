namespace Evergraph.CustomOps.Aten;

/// <summary>A converted copy.</summary>
[CustomOp(
    "aten::to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.IdentityOnSameType)]
public static partial class ToDtype
{
    /// <summary>The type asked for, the same sizes.</summary>
    public static TensorType Fake(TensorType self, DType dtype, bool non_blocking, bool copy, string? memory_format) =>
        new(dtype, self.Shape);

    /// <summary>A converted copy.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, DType dtype, bool non_blocking, bool copy, string? memory_format) => Casts.To(self, dtype);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.Tensor(s.Any(), s.AnyShape(), -300, 300), s.Any(), s.Coin(), s.Coin(), s.Pick(null, "contiguous_format", "preserve_format"));
}
