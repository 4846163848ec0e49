using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// RMS norm of rows: y = x / √(mean(x²) + ε) · weight (Zhang, Sennrich 2019). The squares are summed in float64, and the
/// 16-bit types are rounded once, after the weight.
/// </summary>
internal static class RmsNorms
{
    /// <summary>Normalizes rows of <paramref name="width"/> elements.</summary>
    public static Tensor Run(Tensor input, long width, Tensor? weight, double eps)
    {
        using var x = Widened.Read(input);
        using var result = Widened.Write(Tensor.Empty(input.DType, input.Sizes));
        using var scale = Widened.ReadOptional(weight);
        if (x.Tensor.DType == DType.Float64)
            Run<double>(x.Tensor, result.Tensor, (int)width, scale.Tensor, eps);
        else
            Run<float>(x.Tensor, result.Tensor, (int)width, scale.Tensor, eps);
        return result.Round();
    }

    private static void Run<T>(Tensor input, Tensor result, int width, Tensor? weight, double eps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RowBlocks.Run(width == 0 ? 0 : input.Elements / width, width, (first, count) =>
        {
            for (int row = first; row < first + count; row++)
            {
                var x = input.ReadOnlySpan<T>().Slice(row * width, width);
                var y = result.Span<T>().Slice(row * width, width);
                double inverse = 1 / Math.Sqrt((Moments.SumOfSquares(x) / width) + eps);
                TensorPrimitives.Multiply(x, T.CreateTruncating(inverse), y);
                if (weight is not null)
                    TensorPrimitives.Multiply(y, weight.ReadOnlySpan<T>(), y);
            }
        });
    }
}
