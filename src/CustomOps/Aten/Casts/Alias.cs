namespace Evergraph.CustomOps.Aten;

/// <summary>A copy: values share no memory.</summary>
[CustomOp(
    "aten::alias(Tensor(a) self) -> Tensor(a)",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.View | OperatorTraits.IdentityOnSameType)]
public static partial class Alias
{
    /// <summary>The same type.</summary>
    public static TensorType Fake(TensorType self) => self;

    /// <summary>A copy: values share no memory.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => self.Clone();

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()));
}
