namespace Evergraph.CustomOps.Aten;

/// <summary>Removes every axis of size 1. A symbolic size must not be 1 at any call.</summary>
[CustomOp("aten::squeeze(Tensor(a) self) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.Reshapes | OperatorTraits.IdentityOnSameType)]
public static partial class Squeeze
{
    public static TensorType Fake(TensorType self) => new(self.DType, Squeezing.Infer(self.Shape, null));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => StridedCopy.Reshape(self, Squeezing.Infer(self.Sizes, null));

    public static AxisSplit? SplitAxis(AxisQuery query) => Squeezing.Split(query, null);

    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), Squeezing.DrawShape(s)));
}
