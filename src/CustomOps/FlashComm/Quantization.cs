namespace Evergraph.CustomOps;

/// <summary>Static int8 quantisation of activations.</summary>
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

    private static sbyte Round(double quotient, long zeroPoint) =>
        double.IsNaN(quotient) ? (sbyte)zeroPoint : (sbyte)Math.Clamp(Math.Round(quotient) + zeroPoint, sbyte.MinValue, sbyte.MaxValue);
}
