namespace Evergraph.CustomOps.Aten;

/// <summary>A copy.</summary>
[CustomOp(
    "aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.View | OperatorTraits.IdentityOnSameType)]
public static partial class Clone
{
    /// <summary>The same type.</summary>
    public static TensorType Fake(TensorType self, string? memory_format) => self;

    /// <summary>A copy.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, string? memory_format) => self.Clone();

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.Tensor(s.Any(), s.AnyShape()), s.Pick(null, "contiguous_format", "preserve_format"));
}
