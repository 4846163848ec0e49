using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="Mv"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedMv
{
    /// <summary>See <see cref="Mv"/>.</summary>
    [Implementation(typeof(Mv), "vectorized", DTypes = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])]
    public static Tensor Run(Tensor self, Tensor vec) =>
        Mv.Run(VectorizedProducts.Instance, self, vec);
}
