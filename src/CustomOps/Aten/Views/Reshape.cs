namespace Evergraph.CustomOps.Aten;

/// <summary>The same elements in row-major order under other sizes, one of which may be inferred.</summary>
[CustomOp("aten::reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.Reshapes | OperatorTraits.IdentityOnSameType)]
public static partial class Reshape
{
    public static TensorType Fake(TensorType self, Dim[] shape) => new(self.DType, ViewSizes.Infer(self.Shape, shape));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] shape) => StridedCopy.Reshape(self, ViewSizes.Infer(self.Sizes, shape));

    public static AxisSplit? SplitAxis(AxisQuery query) => ViewSplit.Split(query, 1);

    public static OperatorSample Sample(SampleBuilder s) => ViewSamples.Draw(s);
}
