namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Averages over a grid: of n parts of a size, part i covers the elements from floor(i·size/n) up to ceil((i + 1)·size/n),
/// so that neighbours overlap where n does not divide the size.
/// </summary>
internal static class AdaptiveAveragePooling
{
    /// <summary>The result's type, in the fakes.</summary>
    /// <exception cref="ShapeException">The arguments are not legal.</exception>
    public static TensorType Check(TensorType self, Dim[] outputSize)
    {
        PoolingShapes.CheckPlane(self);
        Operands.RequireFloating(self, "self");
        Require(outputSize.Length is 1 or 2, $"output_size has the wrong number of values: expected 2, or 1 for both, given {outputSize.Length}");
        var shape = self.Shape;
        for (int i = 0; i < 2; i++)
        {
            Dim size = outputSize[outputSize.Length == 1 ? 0 : i];
            Require(size >= 0, "output_size is negative");
            Require(self.Shape[self.Rank - 2 + i] >= 1, "a plane without elements has no average");
            shape = shape.With(self.Rank - 2 + i, size);
        }

        return new(self.DType, shape);
    }

    /// <summary>Averages [batch, channels, height, width], or without batch.</summary>
    public static Tensor Run(Tensor self, long rows, long columns)
    {
        long height = self.Sizes[^2], width = self.Sizes[^1];
        return AveragePooling.Run(self, rows, columns, (row, column) =>
        {
            long top = row * height / rows, bottom = (((row + 1) * height) + rows - 1) / rows;
            long left = column * width / columns, right = (((column + 1) * width) + columns - 1) / columns;
            return new(top, bottom, left, right, (bottom - top) * (right - left));
        });
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        Dim[] batch = s.Coin() ? [s.Size(0, 2)] : [];
        return s.Call(s.Tensor(s.Floating(), [.. batch, s.Size(), s.Size(1), s.Size(1)]), s.Sizes(2));
    }
}
