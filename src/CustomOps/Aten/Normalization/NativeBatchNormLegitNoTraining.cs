namespace Evergraph.CustomOps.Aten;

/// <summary>Batch norm with recorded statistics, as decomposition writes it; see <see cref="BatchNorms"/>.</summary>
[CustomOp("aten::_native_batch_norm_legit_no_training(Tensor input, Tensor? weight, Tensor? bias, Tensor running_mean, Tensor running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor)")]
public static partial class NativeBatchNormLegitNoTraining
{
    /// <summary>As the input, and two empty ones: a CPU saves no statistics outside training.</summary>
    public static (TensorType Normalized, TensorType SavedMean, TensorType SavedInverseDeviation) Fake(
        TensorType input,
        TensorType? weight,
        TensorType? bias,
        TensorType running_mean,
        TensorType running_var,
        double momentum,
        double eps)
    {
        BatchNorms.Check(input, weight, bias, running_mean, running_var);
        var none = new TensorType(input.DType, [0]);
        return (input, none, none);
    }

    /// <summary>The normalized channels, and two empty tensors.</summary>
    [Kernel(Backend.Reference)]
    public static (Tensor Normalized, Tensor SavedMean, Tensor SavedInverseDeviation) Real(
        Tensor input, Tensor? weight, Tensor? bias, Tensor running_mean, Tensor running_var, double momentum, double eps) =>
        (BatchNorms.Run(input, weight, bias, running_mean, running_var, eps), Tensor.Empty(input.DType, 0), Tensor.Empty(input.DType, 0));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Floating();
        var parameters = NormParameters.Draw(s, dtype);
        var channels = s.Size();
        return s.Call(
            s.Tensor(dtype, [s.Size(), channels, .. s.Sizes(s.Next(0, 3), max: 3)]),
            s.Coin() ? s.Tensor(parameters, [channels]) : null,
            s.Coin() ? s.Tensor(parameters, [channels]) : null,
            s.Tensor(parameters, [channels]),
            s.Tensor(parameters, [channels], 0.1),
            0.1,
            s.Pick(1e-5, 0.1));
    }
}
