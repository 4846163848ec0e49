namespace Evergraph.CustomOps.Aten;

/// <summary>The greatest element under each place of a kernel, and where in its plane it is; see <see cref="MaxPooling"/>.</summary>
[CustomOp("aten::max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)")]
public static partial class MaxPool2dWithIndices
{
    /// <summary>[batch, channels, height, width] of the places, and the same in int64.</summary>
    public static (TensorType Maxima, TensorType Indices) Fake(
        TensorType self, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode)
    {
        Operands.RequireNumber(self, "self");
        var shape = PoolingShapes.Check(self, kernel_size, stride, padding, dilation, ceil_mode);
        return (new(self.DType, shape), new(DType.Int64, shape));
    }

    /// <summary>The maxima, and row · width + column of each.</summary>
    [Kernel(Backend.Reference)]
    public static (Tensor Maxima, Tensor Indices) Real(
        Tensor self, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode)
    {
        var (height, width) = PoolingWindow.Of(self, kernel_size, stride, padding, dilation, ceil_mode);
        var indices = Tensor.Empty(DType.Int64, [.. self.Sizes[..^2], height.Places, width.Places]);
        return (MaxPooling.Run(self, height, width, indices), indices);
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
