namespace Evergraph.CustomOps.Aten;

/// <summary>The same elements in row-major order under the sizes of another tensor.</summary>
[CustomOp("aten::view_as(Tensor(a) self, Tensor other) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.Reshapes | OperatorTraits.IdentityOnSameType)]
public static partial class ViewAs
{
    public static TensorType Fake(TensorType self, TensorType other) => new(self.DType, ViewSizes.Infer(self.Shape, other.Shape.AsSpan()));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) => StridedCopy.Reshape(self, other.Sizes);

    public static AxisSplit? SplitAxis(AxisQuery query) => ViewSplit.SplitAs(query);

    public static OperatorSample Sample(SampleBuilder s) => ViewSamples.DrawAs(s);
}
