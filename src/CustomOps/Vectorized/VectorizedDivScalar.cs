using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>self / other: in vector registers, large results shared among the cores.</summary>
public static class VectorizedDivScalar
{
    /// <summary>The quotient, in the promoted type, floating at least.</summary>
    [Implementation(typeof(DivScalar), "vectorized")]
    public static Tensor Run(Tensor self, Scalar other)
    {
        var dtype = Promotion.ToFloating(Promotion.Of(self.DType, other));
        return Arithmetic.Divide(self, Arithmetic.Operand(other, dtype), null, dtype);
    }
}
