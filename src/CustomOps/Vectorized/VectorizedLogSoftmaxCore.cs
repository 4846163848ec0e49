using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>The logarithm of softmax along one axis, as decomposition writes it; see <see cref="SoftmaxKernel"/>.</summary>
public static class VectorizedLogSoftmaxCore
{
    /// <summary>The logarithm of softmax along one axis.</summary>
    [Implementation(typeof(LogSoftmaxCore), "vectorized")]
    public static Tensor Run(Tensor self, long dim, bool half_to_float) => SoftmaxKernel.Run(self, dim, self.DType, logarithm: true);
}
