using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="Baddbmm"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedBaddbmm
{
    /// <summary>See <see cref="Baddbmm"/>.</summary>
    [Implementation(typeof(Baddbmm), "vectorized", DTypes = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])]
    public static Tensor Run(Tensor self, Tensor batch1, Tensor batch2, Scalar beta, Scalar alpha) =>
        Baddbmm.Run(VectorizedProducts.Instance, self, batch1, batch2, beta, alpha);
}
