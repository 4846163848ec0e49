using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>x · Φ(x): in vector registers, large results shared among the cores.</summary>
public static class VectorizedGelu
{
    /// <summary>x · Φ(x), element by element, with the normal distribution's Φ exact (none) or by tanh (tanh).</summary>
    [Implementation(typeof(Gelu), "vectorized")]
    public static Tensor Run(Tensor self, string approximate) => approximate == "tanh"
        ? Elementwise.Float<GeluByTanhFunction>(self, self.DType)
        : Elementwise.Float<GeluExactFunction>(self, self.DType);
}
