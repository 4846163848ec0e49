using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// The residual stream takes up x, and is normalized, in one pass: the norm of a row is taken while its sum is in the
/// cache. See <see cref="RmsNormKernel"/>.
/// </summary>
public static class VectorizedRmsNormResidual
{
    /// <summary>The normalized tokens, and the new residual.</summary>
    [Implementation(typeof(RmsNormResidual), "vectorized")]
    public static (Tensor Normalized, Tensor Residual) Run(Tensor x, Tensor weight, Tensor residual, double eps)
    {
        var sum = Tensor.Empty(x.DType, x.Sizes);
        return (RmsNormKernel.Run(x, x.Sizes[^1], weight, eps, residual, sum), sum);
    }
}
