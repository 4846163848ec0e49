namespace Evergraph.CustomOps.Aten;

/// <summary>The same elements in row-major order under other sizes, one of which may be inferred.</summary>
[CustomOp("aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.Reshapes | OperatorTraits.IdentityOnSameType)]
public static partial class View
{
    public static TensorType Fake(TensorType self, Dim[] size) => new(self.DType, ViewSizes.Infer(self.Shape, size));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] size) => StridedCopy.Reshape(self, ViewSizes.Infer(self.Sizes, size));

    public static AxisSplit? SplitAxis(AxisQuery query) => ViewSplit.Split(query, 1);

    public static OperatorSample Sample(SampleBuilder s) => ViewSamples.Draw(s);
}
