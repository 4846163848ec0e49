using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="Dot"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedDot
{
    /// <summary>See <see cref="Dot"/>.</summary>
    [Implementation(typeof(Dot), "vectorized", DTypes = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])]
    public static Tensor Run(Tensor self, Tensor tensor) =>
        Dot.Run(VectorizedProducts.Instance, self, tensor);
}
