using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Layer norm of rows: y = (x − mean) / √(var + ε) · weight + bias, var the biased variance (Ba, Kiros, Hinton 2016). The
/// moments are summed in float64.
/// </summary>
internal static class LayerNorms
{
    /// <summary>Normalizes rows.</summary>
    /// <param name="input">[rows, width] in any floating-point type.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="weight">[width], or null for ones.</param>
    /// <param name="bias">[width], or null for zeros.</param>
    /// <param name="eps">ε.</param>
    /// <param name="statistics">Takes mean and 1/√(var + ε) of each row, or is null.</param>
    public static Tensor Run(Tensor input, long width, Tensor? weight, Tensor? bias, double eps, Action<int, double, double>? statistics = null)
    {
        using var x = Widened.Read(input);
        using var result = Widened.Write(Tensor.Empty(input.DType, input.Sizes));
        using var scale = Widened.ReadOptional(weight);
        using var shift = Widened.ReadOptional(bias);
        if (x.Tensor.DType == DType.Float64)
            Run<double>(x.Tensor, result.Tensor, (int)width, scale.Tensor, shift.Tensor, eps, statistics);
        else
            Run<float>(x.Tensor, result.Tensor, (int)width, scale.Tensor, shift.Tensor, eps, statistics);
        return result.Round();
    }

    /// <summary>The number of rows before the normalized dimensions.</summary>
    public static long Rows(Tensor input, int normalized) => AxisBlock.Product(input.Sizes[..^normalized]);

    private static void Run<T>(
        Tensor input, Tensor result, int width, Tensor? weight, Tensor? bias, double eps, Action<int, double, double>? statistics)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Rows without elements still have statistics: not numbers.
        long rows = width == 0 ? 0 : input.Elements / width;
        RowBlocks.Run(rows, width, (first, count) =>
        {
            for (int row = first; row < first + count; row++)
            {
                var x = input.ReadOnlySpan<T>().Slice(row * width, width);
                var y = result.Span<T>().Slice(row * width, width);
                double mean = Moments.Sum(x) / width;
                double inverse = 1 / Math.Sqrt((Moments.SumOfSquares(x, mean) / width) + eps);
                statistics?.Invoke(row, mean, inverse);
                TensorPrimitives.Subtract(x, T.CreateTruncating(mean), y);
                TensorPrimitives.Multiply(y, T.CreateTruncating(inverse), y);
                if (weight is not null)
                    TensorPrimitives.Multiply(y, weight.ReadOnlySpan<T>(), y);
                if (bias is not null)
                    TensorPrimitives.Add(y, bias.ReadOnlySpan<T>(), y);
            }
        });
    }
}
