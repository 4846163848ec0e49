using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>self − alpha · other, broadcast: in vector registers, large results shared among the cores.</summary>
public static class VectorizedSubTensor
{
    /// <summary>The difference, in the promoted type.</summary>
    [Implementation(typeof(SubTensor), "vectorized")]
    public static Tensor Run(Tensor self, Tensor other, Scalar alpha) =>
        Arithmetic.Subtract(self, other, alpha, Promotion.Of(self, other));
}
