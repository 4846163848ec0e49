namespace Evergraph.Runtime.Tests;

/// <summary>A copy of x; it says that it overlaps above three rows.</summary>
[CustomOp("test::maybe(Tensor x) -> Tensor", Traits = OperatorTraits.MaybeOverlap)]
public static partial class Maybe
{
    public static TensorType Fake(TensorType x) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x)
    {
        BranchRecorder.Current?.Record(x.Sizes[0] > 3);
        return x.Clone();
    }
}
