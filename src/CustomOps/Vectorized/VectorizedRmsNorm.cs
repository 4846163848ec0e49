using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>RMS norm of tokens; see <see cref="RmsNormKernel"/>.</summary>
public static class VectorizedRmsNorm
{
    /// <summary>The normalized tokens.</summary>
    [Implementation(typeof(RmsNorm), "vectorized")]
    public static Tensor Run(Tensor x, Tensor weight, double eps) => RmsNormKernel.Run(x, x.Sizes[^1], weight, eps);
}
