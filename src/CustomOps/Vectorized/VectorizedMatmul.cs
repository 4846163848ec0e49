using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="Matmul"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedMatmul
{
    /// <summary>See <see cref="Matmul"/>.</summary>
    [Implementation(typeof(Matmul), "vectorized", DTypes = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])]
    public static Tensor Run(Tensor self, Tensor other) =>
        Matmul.Run(VectorizedProducts.Instance, self, other);
}
