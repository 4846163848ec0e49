using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>x / (1 + e⁻ˣ): in vector registers, large results shared among the cores.</summary>
public static class VectorizedSilu
{
    /// <summary>x / (1 + e⁻ˣ), element by element.</summary>
    [Implementation(typeof(Silu), "vectorized")]
    public static Tensor Run(Tensor self) => Elementwise.Float<SiluFunction>(self, self.DType);
}
