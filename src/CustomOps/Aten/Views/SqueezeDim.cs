namespace Evergraph.CustomOps.Aten;

/// <summary>Removes one axis if its size is 1.</summary>
[CustomOp("aten::squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)", Traits = OperatorTraits.Pure | OperatorTraits.View | OperatorTraits.Reshapes | OperatorTraits.IdentityOnSameType)]
public static partial class SqueezeDim
{
    public static TensorType Fake(TensorType self, long dim) => new(self.DType, Squeezing.Infer(self.Shape, [dim]));

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim) => StridedCopy.Reshape(self, Squeezing.Infer(self.Sizes, [dim]));

    public static AxisSplit? SplitAxis(AxisQuery query) => Squeezing.Split(query, [query.Int(1)]);

    public static OperatorSample Sample(SampleBuilder s)
    {
        var shape = Squeezing.DrawShape(s);
        return s.Call(s.Tensor(s.Any(), shape), s.Axis(shape.Rank));
    }
}
