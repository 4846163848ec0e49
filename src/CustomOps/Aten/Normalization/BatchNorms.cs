using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Batch norm as a trained model applies it: y = (x − mean) / √(var + ε) · weight + bias with the recorded statistics of
/// each channel (Ioffe, Szegedy 2015).
/// </summary>
internal static class BatchNorms
{
    /// <summary>Checks what the fakes ask.</summary>
    /// <exception cref="ShapeException">The operands are not legal.</exception>
    public static void Check(TensorType input, TensorType? weight, TensorType? bias, TensorType mean, TensorType variance)
    {
        Require(input.Rank >= 2, $"input must have a batch and channels: expected rank 2 or more, given {input}");
        Operands.RequireVector(mean, input.Shape[1], "running_mean");
        Operands.RequireVector(variance, input.Shape[1], "running_var");
        Operands.RequireVector(weight, input.Shape[1], "weight");
        Operands.RequireVector(bias, input.Shape[1], "bias");
        NormParameters.Check(input, weight, bias, mean, variance);
    }

    /// <summary>Normalizes [batch, channels, inner...].</summary>
    public static Tensor Run(Tensor input, Tensor? weight, Tensor? bias, Tensor mean, Tensor variance, double eps)
    {
        using var x = Widened.Read(input);
        using var result = Widened.Write(Tensor.Empty(input.DType, input.Sizes));
        using var scale = Widened.ReadOptional(weight);
        using var shift = Widened.ReadOptional(bias);
        using var means = Widened.Read(mean);
        using var variances = Widened.Read(variance);
        if (x.Tensor.DType == DType.Float64)
            Run<double>(x.Tensor, result.Tensor, scale.Tensor, shift.Tensor, means.Tensor, variances.Tensor, eps);
        else
            Run<float>(x.Tensor, result.Tensor, scale.Tensor, shift.Tensor, means.Tensor, variances.Tensor, eps);
        return result.Round();
    }

    /// <summary>Every axis but the channels can be cut; the rest stays whole.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => query.Axis == 1 ? null : NormParameters.SplitLeading(query, 0);

    private static void Run<T>(Tensor input, Tensor result, Tensor? weight, Tensor? bias, Tensor mean, Tensor variance, double eps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int channels = (int)input.Sizes[1];
        int inner = (int)AxisBlock.Product(input.Sizes[2..]);
        RowBlocks.Run(inner == 0 ? 0 : input.Sizes[0] * channels, inner, (first, count) =>
        {
            for (int row = first; row < first + count; row++)
            {
                int channel = row % channels;
                double scale = weight is null ? 1 : double.CreateTruncating(weight.ReadOnlySpan<T>()[channel]);
                scale /= Math.Sqrt(double.CreateTruncating(variance.ReadOnlySpan<T>()[channel]) + eps);
                double shift = bias is null ? 0 : double.CreateTruncating(bias.ReadOnlySpan<T>()[channel]);
                shift -= double.CreateTruncating(mean.ReadOnlySpan<T>()[channel]) * scale;
                var y = result.Span<T>().Slice(row * inner, inner);
                TensorPrimitives.Multiply(input.ReadOnlySpan<T>().Slice(row * inner, inner), T.CreateTruncating(scale), y);
                TensorPrimitives.Add(y, T.CreateTruncating(shift), y);
            }
        });
    }
}
