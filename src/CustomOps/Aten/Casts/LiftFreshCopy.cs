namespace Evergraph.CustomOps.Aten;

/// <summary>A copy of a constant of the model.</summary>
[CustomOp(
    "aten::lift_fresh_copy(Tensor self) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.View | OperatorTraits.IdentityOnSameType)]
public static partial class LiftFreshCopy
{
    /// <summary>The same type.</summary>
    public static TensorType Fake(TensorType self) => self;

    /// <summary>A copy of a constant of the model.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => self.Clone();

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()));
}
