using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>self − alpha · other: in vector registers, large results shared among the cores.</summary>
public static class VectorizedSubScalar
{
    /// <summary>The difference, in the promoted type.</summary>
    [Implementation(typeof(SubScalar), "vectorized")]
    public static Tensor Run(Tensor self, Scalar other, Scalar alpha)
    {
        var dtype = Promotion.Of(self.DType, other);
        return Arithmetic.Subtract(self, Arithmetic.Operand(other, dtype), alpha, dtype);
    }
}
