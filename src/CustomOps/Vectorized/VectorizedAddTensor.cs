using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>self + alpha · other, broadcast: in vector registers, large results shared among the cores.</summary>
public static class VectorizedAddTensor
{
    /// <summary>The sum, in the promoted type.</summary>
    [Implementation(typeof(AddTensor), "vectorized")]
    public static Tensor Run(Tensor self, Tensor other, Scalar alpha) => Arithmetic.Add(self, other, alpha, Promotion.Of(self, other));
}
