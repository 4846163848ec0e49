using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="Linear"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedLinear
{
    /// <summary>See <see cref="Linear"/>.</summary>
    [Implementation(typeof(Linear), "vectorized", DTypes = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])]
    public static Tensor Run(Tensor input, Tensor weight, Tensor? bias) =>
        VectorizedProducts.Instance.Linear(input, weight, bias);
}
