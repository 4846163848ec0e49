namespace Evergraph.CustomOps.Aten;

/// <summary>Batch norm of [batch, channels, ...] with recorded statistics; see <see cref="BatchNorms"/>. Training is refused.</summary>
[CustomOp("aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor")]
public static partial class BatchNorm
{
    /// <summary>As the input.</summary>
    public static TensorType Fake(
        TensorType input,
        TensorType? weight,
        TensorType? bias,
        TensorType? running_mean,
        TensorType? running_var,
        bool training,
        double momentum,
        double eps,
        bool cudnn_enabled)
    {
        Require(!training, "batch statistics are for training: expected training false, given true; export the model after eval()");
        if (running_mean is null || running_var is null)
            throw Fail("recorded statistics are missing: expected running_mean and running_var outside training");
        BatchNorms.Check(input, weight, bias, running_mean, running_var);
        return input;
    }

    /// <summary>The normalized channels.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(
        Tensor input,
        Tensor? weight,
        Tensor? bias,
        Tensor? running_mean,
        Tensor? running_var,
        bool training,
        double momentum,
        double eps,
        bool cudnn_enabled) => BatchNorms.Run(input, weight, bias, running_mean!, running_var!, eps);

    /// <summary>Every axis but the channels can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => BatchNorms.SplitAxis(query);

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
            false,
            0.1,
            s.Pick(1e-5, 0.1),
            s.Coin());
    }
}
