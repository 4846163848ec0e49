namespace Evergraph.CustomOps.Aten;

/// <summary>What the fakes of pooling over planes ask, and the sizes of their results.</summary>
internal static class PoolingShapes
{
    /// <summary>The result's shape for input [batch, channels, height, width], or without batch.</summary>
    /// <exception cref="ShapeException">The arguments are not legal.</exception>
    public static Shape Check(TensorType self, long[] kernel, long[] stride, long[] padding, long[] dilation, bool ceiling)
    {
        CheckPlane(self);
        var result = self.Shape;
        for (int i = 0; i < 2; i++)
        {
            long size = At(kernel, i, "kernel_size"), spacing = At(dilation, i, "dilation"), pad = At(padding, i, "padding");
            long step = stride.Length == 0 ? size : At(stride, i, "stride");
            Require(size > 0 && step > 0 && spacing > 0, $"kernel size, stride and dilation must be positive: given {size}, {step}, {spacing}");
            long extent = (spacing * (size - 1)) + 1;
            Require(pad >= 0 && pad <= extent / 2, $"padding must be from 0 to half of the kernel: expected at most {extent / 2}, given {pad}");
            int axis = self.Rank - 2 + i;
            var places = OutputSize(self.Shape[axis], extent, step, pad, ceiling);
            Require(places >= 1, "the padded input is smaller than the kernel: places");
            result = result.With(axis, places);
        }

        return result;
    }

    /// <summary>The input must be a batch of planes, or one item.</summary>
    /// <exception cref="ShapeException">It is not.</exception>
    public static void CheckPlane(TensorType self) =>
        Require(self.Rank is 3 or 4, $"self has the wrong number of dimensions: expected 4, or 3 without a batch, given {self}");

    /// <summary>
    /// floor((in + 2·pad − extent) / stride) + 1; with ceiling, ceil instead, but no more than ceil((in + pad) / stride), so
    /// that every place begins inside the input or the padding before it.
    /// </summary>
    public static Dim OutputSize(Dim input, long extent, long stride, long padding, bool ceiling) => ceiling
        ? Dim.Min(Dim.CeilDiv(input + (2 * padding) - extent, stride) + 1, Dim.CeilDiv(input + padding, stride))
        : Dim.FloorDiv(input + (2 * padding) - extent, stride) + 1;

    /// <summary>The value for one of the two dimensions: PyTorch takes a single one for both.</summary>
    public static long At(long[] values, int index, string name)
    {
        Require(values.Length is 1 or 2, $"{name} has the wrong number of values: expected 2, or 1 for both, given {values.Length}");
        return values[values.Length == 1 ? 0 : index];
    }

    /// <summary>Batch and channels can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => query.Axis < query.Type.Rank - 2 ? query.Carried(query.Axis) : null;
}
