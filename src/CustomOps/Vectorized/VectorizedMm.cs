using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="Mm"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedMm
{
    /// <summary>See <see cref="Mm"/>.</summary>
    [Implementation(typeof(Mm), "vectorized", DTypes = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])]
    public static Tensor Run(Tensor self, Tensor mat2) =>
        VectorizedProducts.Instance.Product(self, mat2);
}
