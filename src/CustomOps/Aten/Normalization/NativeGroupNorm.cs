namespace Evergraph.CustomOps.Aten;

/// <summary>Group norm with the mean and the inverse deviation of each group; see <see cref="GroupNorms"/>.</summary>
[CustomOp("aten::native_group_norm(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps) -> (Tensor, Tensor, Tensor)")]
public static partial class NativeGroupNorm
{
    /// <summary>As the input, and two of [N, group] in the parameters' type.</summary>
    public static (TensorType Normalized, TensorType Mean, TensorType InverseDeviation) Fake(
        TensorType input, TensorType? weight, TensorType? bias, Dim N, Dim C, Dim HxW, long group, double eps)
    {
        Require(input.Rank >= 2, $"input must have a batch and channels: expected rank 2 or more, given {input}");
        Require(group > 0, $"group must be positive: given {group}");
        Require(input.Shape[0] == N, "the batch is not N");
        Require(input.Shape[1] == C, "the channels are not C");
        Dim inner = 1;
        foreach (var size in input.Shape.AsSpan()[2..])
            inner *= size;
        Require(inner == HxW, "the elements of a channel are not HxW");
        Require(C % group == 0, "the channels cannot be divided into groups: the remainder");
        Operands.RequireVector(weight, C, "weight");
        Operands.RequireVector(bias, C, "bias");
        var statistics = new TensorType(NormParameters.Check(input, weight, bias), [N, group]);
        return (input, statistics, statistics);
    }

    /// <summary>The normalized groups, their means, and 1/√(var + ε).</summary>
    [Kernel(Backend.Reference)]
    public static (Tensor Normalized, Tensor Mean, Tensor InverseDeviation) Real(
        Tensor input, Tensor? weight, Tensor? bias, long N, long C, long HxW, long group, double eps)
    {
        var dtype = (weight ?? bias ?? input).DType;
        Tensor mean = Tensor.Empty(dtype, N, group), inverse = Tensor.Empty(dtype, N, group);
        var means = new double[N * group];
        var inverses = new double[N * group];
        Array.Fill(means, double.NaN);
        Array.Fill(inverses, double.NaN);
        var normalized = GroupNorms.Run(input, group, weight, bias, eps, means, inverses);
        Statistics.Store(means, mean);
        Statistics.Store(inverses, inverse);
        return (normalized, mean, inverse);
    }

    /// <summary>The batch can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        const int BatchArgument = 3;
        return query.Axis == 0 && NormParameters.SplitLeading(query, 1) is { } split
            ? split with { Arguments = query.Arguments.With(BatchArgument, new DimArgument(query.Part)) }
            : null;
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Floating();
        var parameters = NormParameters.Draw(s, dtype);
        int groups = s.Next(1, 3);
        Dim batch = s.Size(), channels = s.Size(1, 3) * groups, height = s.Size(), width = s.Size();
        return s.Call(
            s.Tensor(dtype, [batch, channels, height, width]),
            s.Coin() ? s.Tensor(parameters, [channels]) : null,
            s.Coin() ? s.Tensor(parameters, [channels]) : null,
            batch,
            channels,
            height * width,
            groups,
            s.Pick(1e-5, 0.1));
    }
}
