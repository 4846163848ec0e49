namespace Evergraph.CustomOps.Aten;

/// <summary>
/// RMS norm of rows: y = x / √(mean(x²) + ε) · weight (Zhang, Sennrich 2019), computed in float64 and rounded once, after
/// the weight.
/// </summary>
internal static class RmsNorms
{
    /// <summary>Normalizes rows of <paramref name="width"/> elements.</summary>
    public static Tensor Run(Tensor input, long width, Tensor? weight, double eps)
    {
        var result = Scratch.Empty(DType.Float64, input.Sizes);
        var x = Scratch.As(input, DType.Float64).ReadOnlySpan<double>();
        var w = weight is null ? default : Scratch.As(weight, DType.Float64).ReadOnlySpan<double>();
        var y = result.Span<double>();
        for (int row = 0; row < x.Length; row += (int)width)
        {
            double squares = 0;
            for (int i = 0; i < width; i++)
                squares += x[row + i] * x[row + i];
            double root = Math.Sqrt((squares / width) + eps);
            for (int i = 0; i < width; i++)
                y[row + i] = x[row + i] / root * (weight is null ? 1 : w[i]);
        }

        return Casts.To(result, input.DType);
    }
}
