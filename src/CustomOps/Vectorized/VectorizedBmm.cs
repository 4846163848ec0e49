using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="Bmm"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedBmm
{
    /// <summary>See <see cref="Bmm"/>.</summary>
    [Implementation(typeof(Bmm), "vectorized", DTypes = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])]
    public static Tensor Run(Tensor self, Tensor mat2) =>
        Bmm.Run(VectorizedProducts.Instance, self, mat2);
}
