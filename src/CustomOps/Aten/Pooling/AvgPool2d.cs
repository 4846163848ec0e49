namespace Evergraph.CustomOps.Aten;

/// <summary>The average under each place of a kernel.</summary>
[CustomOp("aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor")]
public static partial class AvgPool2d
{
    /// <summary>[batch, channels, height, width] of the places, without batch where the input has none.</summary>
    public static TensorType Fake(
        TensorType self, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long? divisor_override)
    {
        Operands.RequireFloating(self, "self");
        Require(divisor_override != 0, "divisor_override must not be 0");
        return new(self.DType, PoolingShapes.Check(self, kernel_size, stride, padding, [1], ceil_mode));
    }

    /// <summary>
    /// The averages. The sum is divided by the elements under the kernel, those of the padding counted or not; what reaches
    /// beyond the padding, in ceil mode, never counts.
    /// </summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(
        Tensor self, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long? divisor_override)
    {
        var (height, width) = PoolingWindow.Of(self, kernel_size, stride, padding, [1], ceil_mode);
        return AveragePooling.Run(self, height.Places, width.Places, (row, column) =>
        {
            long top = height.First(row), bottom = height.End(row), left = width.First(column), right = width.End(column);
            long divisor = divisor_override
                ?? (count_include_pad ? Padded(height, row) * Padded(width, column) : (bottom - top) * (right - left));
            return new(top, bottom, left, right, divisor);
        });
    }

    /// <summary>Batch and channels can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => PoolingShapes.SplitAxis(query);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var drawn = PoolingSamples.Draw(s, s.Floating(), dilated: false);
        return s.Call(drawn.Input, drawn.Kernel, drawn.Stride, drawn.Padding, drawn.Ceiling, s.Coin(), s.Next(0, 2) == 0 ? 3 : null);
    }

    private static long Padded(PoolingWindow window, long place)
    {
        long first = (place * window.Stride) - window.Padding;
        return Math.Min(first + window.Kernel, window.Size + window.Padding) - first;
    }
}
