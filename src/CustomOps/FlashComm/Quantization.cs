namespace Evergraph.CustomOps;

/// <summary>Int8 quantisation of activations: with one scale that is known, or with a scale for each row, taken from the row.</summary>
internal static class Quantization
{
    /// <summary>
    /// <c>clamp(round(x / scale) + zero_point, −128, 127)</c>, ties to even; an int8 tensor is
    /// quantised already and comes back as it is, to be read only.
    /// </summary>
    /// <remarks>The quotient is taken in float32, of float64 in float64. NaN becomes the zero-point.</remarks>
    public static Tensor Quantize(Tensor x, double scale, long zeroPoint)
    {
        if (x.DType == DType.Int8)
            return x;
        var result = Scratch.Empty(DType.Int8, x.Sizes);
        var quantized = result.Span<sbyte>();
        if (x.DType == DType.Float64)
        {
            var numbers = x.ReadOnlySpan<double>();
            for (int i = 0; i < numbers.Length; i++)
                quantized[i] = Round(numbers[i] / scale, zeroPoint);
        }
        else
        {
            var numbers = Scratch.As(x, DType.Float32).ReadOnlySpan<float>();
            for (int i = 0; i < numbers.Length; i++)
                quantized[i] = Round(numbers[i] / (float)scale, zeroPoint);
        }

        return result;
    }

    /// <summary>
    /// Row by row, symmetric: <c>scale = max|x| / 127</c>, <c>q = clamp(round(x / scale), −127, 127)</c>, ties to even.
    /// </summary>
    /// <remarks>
    /// Both quotients are taken in float32, of float64 in float64. A row of zeros has scale 0 and stays zeros. The scale of a
    /// row with a NaN or an infinity is one too, so that the row's products are NaN and not numbers that look right.
    /// </remarks>
    /// <param name="x">[…, K].</param>
    /// <returns>int8 of x's sizes, and for each row its scale.</returns>
    public static (Tensor Quantized, double[] Scales) QuantizeRows(Tensor x)
    {
        int width = (int)x.Sizes[^1];
        var scales = new double[LinearProduct.Rows(x)];
        var result = Scratch.Empty(DType.Int8, x.Sizes);
        var quantized = result.Span<sbyte>();
        bool isDouble = x.DType == DType.Float64;
        var numbers = Scratch.As(x, DType.Float64).ReadOnlySpan<double>();
        for (int row = 0; row < scales.Length; row++)
        {
            var elements = numbers.Slice(row * width, width);
            double largest = 0;
            foreach (double element in elements)
                largest = Math.Max(largest, Math.Abs(element));
            scales[row] = isDouble ? largest / 127 : (float)largest / 127f;
            for (int k = 0; k < width; k++)
            {
                double quotient = isDouble ? elements[k] / scales[row] : (float)elements[k] / (float)scales[row];
                quantized[(row * width) + k] = double.IsNaN(quotient) ? (sbyte)0 : (sbyte)Math.Clamp(Math.Round(quotient), -127, 127);
            }
        }

        return (result, scales);
    }

    private static sbyte Round(double quotient, long zeroPoint) =>
        double.IsNaN(quotient) ? (sbyte)zeroPoint : (sbyte)Math.Clamp(Math.Round(quotient) + zeroPoint, sbyte.MinValue, sbyte.MaxValue);
}
