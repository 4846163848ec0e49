namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Softmax along one axis, exp(x − max) / Σ exp(x − max), and its logarithm, x − max − ln Σ exp(x − max). Taking the
/// maximum off keeps exp finite. As in PyTorch a row of −∞ alone is not a number.
/// </summary>
internal static class SoftmaxRows
{
    /// <summary>The result's type, in the fakes.</summary>
    /// <exception cref="ShapeException">It is not floating-point, or there is no such axis.</exception>
    public static TensorType Check(TensorType self, long dim, DType? dtype)
    {
        Axes.NormalizeOrScalar(dim, self.Rank);
        var result = new TensorType(dtype ?? self.DType, self.Shape);
        Operands.RequireFloating(result, dtype is null ? "self" : "dtype");
        return result;
    }

    /// <summary>Checks that no conversion from float16 to float32 on the way is asked for, as PyTorch does on a CPU.</summary>
    /// <exception cref="ShapeException">It is.</exception>
    public static void RefuseHalfToFloat(bool halfToFloat) =>
        Require(!halfToFloat, "half_to_float is for CUDA: expected false, given true; export the model on the CPU");

    /// <summary>Softmax, or its logarithm, along an axis: computed in float64 and rounded once.</summary>
    public static Tensor Run(Tensor self, long dim, DType dtype, bool logarithm)
    {
        var block = AxisBlock.Around(self.Sizes, Axes.NormalizeOrScalar(dim, self.Rank));
        int size = (int)block.Size, inner = (int)block.Inner;
        var result = Scratch.Empty(DType.Float64, self.Sizes);
        var x = Scratch.As(Scratch.As(self, dtype), DType.Float64).ReadOnlySpan<double>();
        var y = result.Span<double>();
        for (int row = 0; row < (size == 0 ? 0 : block.Outer * inner); row++)
        {
            int start = (row / inner * size * inner) + (row % inner), end = start + (size * inner);
            double max = double.NegativeInfinity, sum = 0;
            for (int i = start; i < end; i += inner)
                max = Math.Max(max, x[i]);
            for (int i = start; i < end; i += inner)
                sum += Math.Exp(x[i] - max);
            for (int i = start; i < end; i += inner)
                y[i] = logarithm ? x[i] - max - Math.Log(sum) : Math.Exp(x[i] - max) / sum;
        }

        return Casts.To(result, dtype);
    }

    /// <summary>Every axis but the one of the softmax can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => query.CarriedExcept(Axes.NormalizeOrScalar(query.Int(1), query.Type.Rank));
}
