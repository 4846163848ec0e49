using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// RMS norm of rows, y = x / √(mean(x²) + ε) · weight: the squares are summed in float64, rows are shared among the cores,
/// and the 16-bit types are rounded once, after the weight.
/// </summary>
internal static class RmsNormKernel
{
    /// <summary>Normalizes rows of <paramref name="width"/> elements.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="width">How many elements a row has.</param>
    /// <param name="weight">A factor for each, or null for none.</param>
    /// <param name="eps">What keeps the root away from 0.</param>
    /// <param name="residual">What is added to the rows first, or null.</param>
    /// <param name="sum">Where that sum goes, rounded to its own type before it is normalized; null without a residual.</param>
    public static Tensor Run(Tensor input, long width, Tensor? weight, double eps, Tensor? residual = null, Tensor? sum = null)
    {
        var result = Tensor.Empty(input.DType, input.Sizes);
        using var scale = Widened.ReadOptional(weight);
        if (input.DType == DType.Float64)
            Run<double>(input, residual, sum, result, (int)width, scale.Tensor, eps);
        else
            Run<float>(input, residual, sum, result, (int)width, scale.Tensor, eps);
        return result;
    }

    private static void Run<T>(Tensor input, Tensor? residual, Tensor? sum, Tensor result, int width, Tensor? weight, double eps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RowBlocks.Run(width == 0 ? 0 : input.Elements / width, width, (first, count) =>
        {
            T[] rented = WidenedRow.IsDirect<T>(input) ? [] : ArrayPool<T>.Shared.Rent(2 * width);
            Span<T> bufferOfX = rented.AsSpan(0, rented.Length / 2), bufferOfY = rented.AsSpan(rented.Length / 2);
            for (int start = first * width; start < (first + count) * width; start += width)
            {
                var x = WidenedRow.Read(input, start, width, bufferOfX);
                if (residual is not null && sum is not null)
                {
                    var total = WidenedRow.Target(sum, start, width, bufferOfX);
                    TensorPrimitives.Add(x, WidenedRow.Read(residual, start, width, bufferOfY), total);
                    WidenedRow.Round<T>(total, sum, start);
                    x = WidenedRow.Read(sum, start, width, bufferOfX);
                }

                var y = WidenedRow.Target(result, start, width, bufferOfY);
                double inverse = 1 / Math.Sqrt((SumOfSquares(x) / width) + eps);
                Scale(x, T.CreateTruncating(inverse), weight is null ? default : weight.ReadOnlySpan<T>(), y);
                WidenedRow.Round<T>(y, result, start);
            }

            if (rented.Length > 0)
                ArrayPool<T>.Shared.Return(rented);
        });
    }

    // y = x · factor · weight, of which an empty one is all ones.
    private static void Scale<T>(ReadOnlySpan<T> x, T factor, ReadOnlySpan<T> weight, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (weight.IsEmpty)
        {
            TensorPrimitives.Multiply(x, factor, y);
            return;
        }

        var factors = new Vector<T>(factor);
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            (new Vector<T>(x[i..]) * factors * new Vector<T>(weight[i..])).CopyTo(y[i..]);
        for (; i < x.Length; i++)
            y[i] = x[i] * factor * weight[i];
    }

    private static double SumOfSquares<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
        ? TensorPrimitives.SumOfSquares(MemoryMarshal.Cast<T, double>(x))
        : SumOfSquares(MemoryMarshal.Cast<T, float>(x));

    // Four sums side by side, so that an addition does not wait for the one before.
    private static double SumOfSquares(ReadOnlySpan<float> x)
    {
        Vector256<double> a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i <= x.Length - (2 * Vector256<float>.Count); i += 2 * Vector256<float>.Count)
        {
            var (first, second) = Vector256.Widen(Vector256.Create(x[i..]));
            var (third, fourth) = Vector256.Widen(Vector256.Create(x[(i + Vector256<float>.Count)..]));
            a += first * first;
            b += second * second;
            c += third * third;
            d += fourth * fourth;
        }

        double sum = Vector256.Sum(a + b + c + d);
        for (; i < x.Length; i++)
            sum += (double)x[i] * x[i];
        return sum;
    }
}
