namespace Evergraph.CustomOps.Aten;

/// <summary>self ≥ other. Compared in the type promoted by the scalar.</summary>
[CustomOp("aten::ge.Scalar(Tensor self, Scalar other) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class GeScalar
{
    /// <summary>Bool, the same sizes.</summary>
    public static TensorType Fake(TensorType self, Scalar other) => new(DType.Bool, self.Shape);

    /// <summary>self ≥ other. Compared in the type promoted by the scalar.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Scalar other)
    {
        var common = Promotion.Of(self.DType, other);
        return Elementwise.Compare<GreaterOrEqualComparison>(self, Casts.ToTensor(other, common), common);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Any(), s.AnyShape()), s.AnyScalar());
}
