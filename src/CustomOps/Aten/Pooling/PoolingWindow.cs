namespace Evergraph.CustomOps.Aten;

/// <summary>Pooling along one of the two dimensions, in kernels.</summary>
internal readonly record struct PoolingWindow(long Size, long Places, long Kernel, long Stride, long Padding, long Dilation)
{
    /// <summary>The windows of height and width.</summary>
    public static (PoolingWindow Height, PoolingWindow Width) Of(
        Tensor self, long[] kernel, long[] stride, long[] padding, long[] dilation, bool ceiling)
    {
        PoolingWindow Along(int i)
        {
            long size = self.Sizes[self.Rank - 2 + i], taps = kernel[i % kernel.Length], pad = padding[i % padding.Length];
            long step = stride.Length == 0 ? taps : stride[i % stride.Length], spacing = dilation[i % dilation.Length];
            var places = PoolingShapes.OutputSize(size, (spacing * (taps - 1)) + 1, step, pad, ceiling);
            return new(size, places.Value, taps, step, pad, spacing);
        }

        return (Along(0), Along(1));
    }

    /// <summary>The first element under the kernel at a place that is inside the input.</summary>
    public long First(long place)
    {
        long first = (place * Stride) - Padding;
        return first >= 0 ? first : first + ((-first + Dilation - 1) / Dilation * Dilation);
    }

    /// <summary>The end of the elements under the kernel at a place that are inside the input.</summary>
    public long End(long place) => Math.Min(Size, (place * Stride) - Padding + ((Kernel - 1) * Dilation) + 1);
}
