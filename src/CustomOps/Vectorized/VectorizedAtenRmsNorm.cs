using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>RMS norm over the last dimensions; see <see cref="RmsNormKernel"/>.</summary>
public static class VectorizedAtenRmsNorm
{
    /// <summary>The normalized rows.</summary>
    [Implementation(typeof(Aten.RmsNorm), "vectorized")]
    public static Tensor Run(Tensor input, long[] normalized_shape, Tensor? weight, double? eps) =>
        RmsNormKernel.Run(input, AxisBlock.Product(normalized_shape), weight, eps ?? Aten.RmsNorm.Epsilon(input.DType));
}
