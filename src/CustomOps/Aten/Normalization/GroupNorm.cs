namespace Evergraph.CustomOps.Aten;

/// <summary>Group norm of [batch, channels, ...]; see <see cref="GroupNorms"/>.</summary>
[CustomOp("aten::group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enabled=True) -> Tensor")]
public static partial class GroupNorm
{
    /// <summary>As the input.</summary>
    public static TensorType Fake(TensorType input, long num_groups, TensorType? weight, TensorType? bias, double eps, bool cudnn_enabled)
    {
        Require(input.Rank >= 2, $"input must have a batch and channels: expected rank 2 or more, given {input}");
        Require(num_groups > 0, $"num_groups must be positive: given {num_groups}");
        Require(input.Shape[1] % num_groups == 0, "the channels cannot be divided into num_groups groups: the remainder");
        Operands.RequireVector(weight, input.Shape[1], "weight");
        Operands.RequireVector(bias, input.Shape[1], "bias");
        NormParameters.Check(input, weight, bias);
        return input;
    }

    /// <summary>The normalized groups.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor input, long num_groups, Tensor? weight, Tensor? bias, double eps, bool cudnn_enabled) =>
        GroupNorms.Run(input, num_groups, weight, bias, eps, [], []);

    /// <summary>The batch can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => query.Axis == 0 ? NormParameters.SplitLeading(query, 1) : null;

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Floating();
        var parameters = NormParameters.Draw(s, dtype);
        int groups = s.Next(1, 3);
        var channels = s.Size(1, 3) * groups;
        var input = s.Tensor(dtype, [s.Size(), channels, .. s.Sizes(s.Next(0, 2))]);
        return s.Call(
            input,
            groups,
            s.Coin() ? s.Tensor(parameters, [channels]) : null,
            s.Coin() ? s.Tensor(parameters, [channels]) : null,
            s.Pick(1e-5, 0.1));
    }
}
