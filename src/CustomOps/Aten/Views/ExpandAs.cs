namespace Evergraph.CustomOps.Aten;

/// <summary>Repeats axes of size 1, and adds leading axes, up to the sizes of another tensor.</summary>
[CustomOp("aten::expand_as(Tensor(a) self, Tensor other) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.IdentityOnSameType)]
public static partial class ExpandAs
{
    public static TensorType Fake(TensorType self, TensorType other) => new(self.DType, Expansion.Infer(self.Shape, other.Shape.AsSpan()));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) => StridedCopy.Expand(self, other.Sizes);

    public static AxisSplit? SplitAxis(AxisQuery query) => query.Whole.Equals(1) ? null : AxisRules.Elementwise(query);

    public static OperatorSample Sample(SampleBuilder s)
    {
        var (shape, sizes) = Expansion.Draw(s);
        return s.Call(s.Tensor(s.Any(), shape), s.Tensor(s.Any(), Shape.Create(sizes)));
    }
}
