using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>self · other, broadcast: in vector registers, large results shared among the cores.</summary>
public static class VectorizedMulTensor
{
    /// <summary>The product, in the promoted type.</summary>
    [Implementation(typeof(MulTensor), "vectorized")]
    public static Tensor Run(Tensor self, Tensor other) => Arithmetic.Multiply(self, other, Promotion.Of(self, other));
}
