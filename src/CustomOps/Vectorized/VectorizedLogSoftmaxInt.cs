using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>The logarithm of softmax along one axis; see <see cref="SoftmaxKernel"/>.</summary>
public static class VectorizedLogSoftmaxInt
{
    /// <summary>The logarithm of softmax along one axis.</summary>
    [Implementation(typeof(LogSoftmaxInt), "vectorized")]
    public static Tensor Run(Tensor self, long dim, DType? dtype) => SoftmaxKernel.Run(self, dim, dtype ?? self.DType, logarithm: true);
}
