using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>Softmax along one axis; see <see cref="SoftmaxKernel"/>.</summary>
public static class VectorizedSoftmaxInt
{
    /// <summary>Softmax along one axis.</summary>
    [Implementation(typeof(SoftmaxInt), "vectorized")]
    public static Tensor Run(Tensor self, long dim, DType? dtype) => SoftmaxKernel.Run(self, dim, dtype ?? self.DType, logarithm: false);
}
