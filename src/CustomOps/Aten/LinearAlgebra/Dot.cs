namespace Evergraph.CustomOps.Aten;

/// <summary>The inner product of two vectors.</summary>
[CustomOp("aten::dot(Tensor self, Tensor tensor) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Commutative)]
public static partial class Dot
{
    /// <summary>A scalar, in the operands' common type.</summary>
    public static TensorType Fake(TensorType self, TensorType tensor)
    {
        Operands.RequireRank(self, 1, "self");
        Operands.RequireRank(tensor, 1, "tensor");
        Operands.RequireNumber(self, "self");
        Operands.RequireSameDType(self, tensor, "tensor");
        Require(tensor.Shape[0] == self.Shape[0], "sizes differ");
        return new(self.DType, Shape.Scalar);
    }

    /// <summary>The inner product.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, Tensor tensor) => Run(PlainProducts.Instance, self, tensor);

    internal static Tensor Run(MatrixProducts products, Tensor self, Tensor tensor) =>
        products.Linear(self.Reinterpret(1, self.Sizes[0]), tensor.Reinterpret(1, self.Sizes[0])).Reinterpret();

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (dtype, k) = (s.Number(), s.Size(max: 40));
        return s.Call(s.Tensor(dtype, [k]), s.Tensor(dtype, [k]));
    }
}
