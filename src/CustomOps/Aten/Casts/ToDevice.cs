namespace Evergraph.CustomOps.Aten;

/// <summary>A converted copy. Where memory lies and how it is laid out is not the operator's to say.</summary>
[CustomOp(
    "aten::to.device(Tensor(a) self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.IdentityOnSameType)]
public static partial class ToDevice
{
    /// <summary>The type asked for, the same sizes.</summary>
    public static TensorType Fake(TensorType self, string device, DType dtype, bool non_blocking, bool copy, string? memory_format) =>
        new(dtype, self.Shape);

    /// <summary>A converted copy. Where memory lies and how it is laid out is not the operator's to say.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, string device, DType dtype, bool non_blocking, bool copy, string? memory_format) =>
        Casts.To(self, dtype);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()), s.Pick("cpu", "cuda:0"), s.Any());
}
