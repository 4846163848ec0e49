using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>self · other: in vector registers, large results shared among the cores.</summary>
public static class VectorizedMulScalar
{
    /// <summary>The product, in the promoted type.</summary>
    [Implementation(typeof(MulScalar), "vectorized")]
    public static Tensor Run(Tensor self, Scalar other)
    {
        var dtype = Promotion.Of(self.DType, other);
        return Arithmetic.Multiply(self, Arithmetic.Operand(other, dtype), dtype);
    }
}
