namespace Evergraph.CustomOps.Aten;

/// <summary>The greatest element under each place of a kernel; see <see cref="MaxPooling"/>.</summary>
[CustomOp("aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor")]
public static partial class MaxPool2d
{
    /// <summary>[batch, channels, height, width] of the places, without batch where the input has none.</summary>
    public static TensorType Fake(TensorType self, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode)
    {
        Operands.RequireNumber(self, "self");
        return new(self.DType, PoolingShapes.Check(self, kernel_size, stride, padding, dilation, ceil_mode));
    }

    /// <summary>The maxima.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode)
    {
        var (height, width) = PoolingWindow.Of(self, kernel_size, stride, padding, dilation, ceil_mode);
        return MaxPooling.Run(self, height, width, null);
    }

    /// <summary>Batch and channels can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => PoolingShapes.SplitAxis(query);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var drawn = PoolingSamples.Draw(s, s.Number(), dilated: true);
        return s.Call(drawn.Input, drawn.Kernel, drawn.Stride, drawn.Padding, drawn.Dilation, drawn.Ceiling);
    }
}
