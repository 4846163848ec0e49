namespace Evergraph.CustomOps.Aten;

/// <summary>Σ (x − mean)² / max(0, n − correction), in two passes over doubles, rounded once.</summary>
internal static class Variance
{
    public static TensorType Infer(TensorType self, long[]? dims, bool keepDim)
    {
        Require(self.DType.IsFloating(), $"a variance is of floating-point numbers: expected a floating type, given {self.DType.Name()}");
        return new(self.DType, ReducedShape.Infer(self.Shape, Axes.Reduced(dims, self.Rank), keepDim));
    }

    public static Tensor Compute(Tensor self, long[]? dims, double correction, bool keepDim)
    {
        var reduced = Axes.Reduced(dims, self.Rank);
        var (arranged, block) = Reduction.Arrange(Scratch.As(self, DType.Float64), reduced);
        var values = arranged.ReadOnlySpan<double>();
        var variances = Scratch.Empty(DType.Float64, ReducedShape.Infer(self.Sizes, reduced, keepDim));
        var into = variances.Span<double>();
        int size = (int)block.Size;
        int inner = (int)block.Inner;
        double divisor = Math.Max(0, size - correction);
        for (int line = 0; line < into.Length; line++)
        {
            int start = (line / inner * size * inner) + (line % inner);
            double sum = 0;
            for (int a = 0; a < size; a++)
                sum += values[start + (a * inner)];
            double mean = sum / size;
            double squares = 0;
            for (int a = 0; a < size; a++)
                squares += (values[start + (a * inner)] - mean) * (values[start + (a * inner)] - mean);
            into[line] = squares / divisor;
        }

        return Casts.To(variances, self.DType);
    }
}
