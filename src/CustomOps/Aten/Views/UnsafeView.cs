namespace Evergraph.CustomOps.Aten;

/// <summary>As <see cref="View"/>; PyTorch's decompositions write it where nothing else refers to the operand.</summary>
[CustomOp("aten::_unsafe_view(Tensor self, SymInt[] size) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.Reshapes | OperatorTraits.IdentityOnSameType)]
public static partial class UnsafeView
{
    public static TensorType Fake(TensorType self, Dim[] size) => new(self.DType, ViewSizes.Infer(self.Shape, size));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] size) => StridedCopy.Reshape(self, ViewSizes.Infer(self.Sizes, size));

    public static AxisSplit? SplitAxis(AxisQuery query) => ViewSplit.Split(query, 1);

    public static OperatorSample Sample(SampleBuilder s) => ViewSamples.Draw(s);
}
