using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>self / other, broadcast: in vector registers, large results shared among the cores.</summary>
public static class VectorizedDivTensor
{
    /// <summary>The quotient, in the promoted type, floating at least.</summary>
    [Implementation(typeof(DivTensor), "vectorized")]
    public static Tensor Run(Tensor self, Tensor other) =>
        Arithmetic.Divide(self, other, null, Promotion.ToFloating(Promotion.Of(self, other)));
}
