namespace Evergraph.CustomOps.Aten;

/// <summary>A copy converted to another tensor's type.</summary>
[CustomOp(
    "aten::to.other(Tensor(a) self, Tensor other, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)",
    Traits = OperatorTraits.Pure | OperatorTraits.IdentityOnSameType)]
public static partial class ToOther
{
    /// <summary>The other tensor's type, the same sizes.</summary>
    public static TensorType Fake(TensorType self, TensorType other, bool non_blocking, bool copy, string? memory_format) =>
        new(other.DType, self.Shape);

    /// <summary>A copy converted to another tensor's type.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor other, bool non_blocking, bool copy, string? memory_format) =>
        Casts.To(self, other.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()), s.Tensor(s.Any(), s.AnyShape()));

    /// <summary>self may be cut along any axis; of the other tensor only the type counts, so it stays whole.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) =>
        query.Operand == 0 ? new([query.Axis, AxisSplit.Whole], query.Axis, query.Arguments) : null;
}
