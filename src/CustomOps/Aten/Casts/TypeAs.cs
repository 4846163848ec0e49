namespace Evergraph.CustomOps.Aten;

/// <summary>A copy converted to another tensor's type.</summary>
[CustomOp("aten::type_as(Tensor self, Tensor other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.IdentityOnSameType)]
public static partial class TypeAs
{
    /// <summary>The other tensor's type, the same sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other) => new(other.DType, self.Shape);

    /// <summary>A copy converted to another tensor's type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other) => Casts.To(self, other.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()), s.Tensor(s.Any(), s.AnyShape()));

    /// <summary>self may be cut along any axis; of the other tensor only the type counts, so it stays whole.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) =>
        query.Operand == 0 ? new([query.Axis, AxisSplit.Whole], query.Axis, query.Arguments) : null;
}
