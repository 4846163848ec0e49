using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="Addmm"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedAddmm
{
    /// <summary>See <see cref="Addmm"/>.</summary>
    [Implementation(typeof(Addmm), "vectorized", DTypes = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])]
    public static Tensor Run(Tensor self, Tensor mat1, Tensor mat2, Scalar beta, Scalar alpha) =>
        Addmm.Run(VectorizedProducts.Instance, self, mat1, mat2, beta, alpha);
}
