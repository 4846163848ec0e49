namespace Evergraph.CustomOps.Aten;

/// <summary>A copy: every tensor is dense and row-major.</summary>
[CustomOp(
    "aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=contiguous_format) -> Tensor(a)",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.View | OperatorTraits.IdentityOnSameType)]
public static partial class Contiguous
{
    /// <summary>The same type.</summary>
    public static TensorType Fake(TensorType self, string memory_format) => self;

    /// <summary>A copy: every tensor is dense and row-major.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, string memory_format) => self.Clone();

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()));
}
