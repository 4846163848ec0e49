namespace Evergraph.CustomOps.Aten;

/// <summary>src, broadcast and converted to self's type: copy_ made pure.</summary>
[CustomOp("aten::copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Copy
{
    /// <summary>self's type; src must broadcast to it.</summary>
    public static TensorType Fake(TensorType self, TensorType src, bool non_blocking)
    {
        Broadcast.RequireExpandable(src.Shape, self.Shape);
        return self;
    }

    /// <summary>src, broadcast and converted to self's type: copy_ made pure.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor src, bool non_blocking) => Broadcast.To(src, self.Sizes, self.DType);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyShape();
        return s.Call(s.Tensor(s.Any(), self), s.Tensor(s.Any(), s.Repeatable(self)));
    }
}
