using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary><see cref="LinearW8A8"/> with <see cref="VectorizedProducts"/>.</summary>
public static class VectorizedLinearW8A8
{
    /// <summary>See <see cref="LinearW8A8"/>.</summary>
    [Implementation(typeof(LinearW8A8), "vectorized")]
    public static Tensor Run(
        Tensor x, Tensor weight, Tensor weight_scale, Tensor? bias, double input_scale, long input_zero_point, DType? out_dtype) =>
        LinearW8A8.Run(VectorizedProducts.Instance, x, weight, weight_scale, bias, input_scale, input_zero_point, out_dtype);
}
