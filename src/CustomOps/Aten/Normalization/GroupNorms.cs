using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Group norm of [batch, channels, inner]: each group of channels of each item is normalized by its own mean and biased
/// variance, then scaled and shifted by channel (Wu, He 2018).
/// </summary>
internal static class GroupNorms
{
    /// <summary>Normalizes groups.</summary>
    /// <param name="input">[batch, channels, inner...].</param>
    /// <param name="groups">Divides the channels.</param>
    /// <param name="weight">[channels], or null for ones.</param>
    /// <param name="bias">[channels], or null for zeros.</param>
    /// <param name="eps">ε.</param>
    /// <param name="means">Takes the mean of each item's groups; may be empty.</param>
    /// <param name="inverses">Takes 1/√(var + ε) of each item's groups; may be empty.</param>
    public static Tensor Run(Tensor input, long groups, Tensor? weight, Tensor? bias, double eps, double[] means, double[] inverses)
    {
        using var x = Widened.Read(input);
        using var result = Widened.Write(Tensor.Empty(input.DType, input.Sizes));
        using var scale = Widened.ReadOptional(weight);
        using var shift = Widened.ReadOptional(bias);
        if (x.Tensor.DType == DType.Float64)
            Run<double>(x.Tensor, result.Tensor, (int)groups, scale.Tensor, shift.Tensor, eps, means, inverses);
        else
            Run<float>(x.Tensor, result.Tensor, (int)groups, scale.Tensor, shift.Tensor, eps, means, inverses);
        return result.Round();
    }

    private static void Run<T>(
        Tensor input, Tensor result, int groups, Tensor? weight, Tensor? bias, double eps, double[] means, double[] inverses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int channels = (int)input.Sizes[1] / groups;
        int inner = (int)AxisBlock.Product(input.Sizes[2..]);
        int width = channels * inner;
        RowBlocks.Run(width == 0 ? 0 : input.Sizes[0] * groups, width, (first, count) =>
        {
            for (int row = first; row < first + count; row++)
            {
                var x = input.ReadOnlySpan<T>().Slice(row * width, width);
                double mean = Moments.Sum(x) / width;
                double inverse = 1 / Math.Sqrt((Moments.SumOfSquares(x, mean) / width) + eps);
                if (means.Length > 0)
                    (means[row], inverses[row]) = (mean, inverse);
                for (int i = 0; i < channels; i++)
                {
                    int channel = (row % groups * channels) + i;
                    var y = result.Span<T>().Slice((row * width) + (i * inner), inner);
                    TensorPrimitives.Subtract(x.Slice(i * inner, inner), T.CreateTruncating(mean), y);
                    TensorPrimitives.Multiply(y, T.CreateTruncating(inverse) * (weight is null ? T.One : weight.ReadOnlySpan<T>()[channel]), y);
                    if (bias is not null)
                        TensorPrimitives.Add(y, bias.ReadOnlySpan<T>()[channel], y);
                }
            }
        });
    }
}
