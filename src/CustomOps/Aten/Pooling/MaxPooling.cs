using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// The greatest element under each place of a kernel, and where in its plane it is. NaN counts as greatest. A kernel that is
/// all in the padding, as a dilated one can be, gives the lowest number, and the first index behind the plane.
/// </summary>
internal static class MaxPooling
{
    /// <summary>Pools [batch, channels, height, width], or without batch.</summary>
    /// <param name="self">Any numbers.</param>
    /// <param name="height">The window along the height.</param>
    /// <param name="width">The window along the width.</param>
    /// <param name="indices">Takes row · width + column of each maximum, the first one of equals; may be null.</param>
    public static Tensor Run(Tensor self, PoolingWindow height, PoolingWindow width, Tensor? indices)
    {
        using var x = Widened.Read(self);
        using var result = Widened.Write(Tensor.Empty(self.DType, [.. self.Sizes[..^2], height.Places, width.Places]));
        switch (x.Tensor.DType)
        {
            case DType.Float32:
                Run(x.Tensor, result.Tensor, float.NegativeInfinity, height, width, indices);
                break;
            case DType.Float64:
                Run(x.Tensor, result.Tensor, double.NegativeInfinity, height, width, indices);
                break;
            case DType.Int8:
                Run(x.Tensor, result.Tensor, sbyte.MinValue, height, width, indices);
                break;
            case DType.UInt8:
                Run(x.Tensor, result.Tensor, byte.MinValue, height, width, indices);
                break;
            case DType.Int32:
                Run(x.Tensor, result.Tensor, int.MinValue, height, width, indices);
                break;
            default:
                Run(x.Tensor, result.Tensor, long.MinValue, height, width, indices);
                break;
        }

        return result.Round();
    }

    private static void Run<T>(Tensor self, Tensor result, T lowest, PoolingWindow height, PoolingWindow width, Tensor? indices)
        where T : unmanaged, INumber<T>
    {
        int plane = (int)(height.Size * width.Size), places = (int)(height.Places * width.Places);
        RowBlocks.Run(places == 0 ? 0 : result.Elements / places, places * height.Kernel * width.Kernel, (first, count) =>
        {
            for (int channel = first; channel < first + count; channel++)
            {
                var x = self.ReadOnlySpan<T>().Slice(channel * plane, plane);
                for (int place = 0; place < places; place++)
                {
                    int found = Greatest(x, height, width, place / width.Places, place % width.Places);
                    // A dilated kernel can have all its taps in the padding.
                    result.Span<T>()[(channel * places) + place] = found < plane ? x[found] : lowest;
                    if (indices is not null)
                        indices.Span<long>()[(channel * places) + place] = found;
                }
            }
        });
    }

    private static int Greatest<T>(ReadOnlySpan<T> x, PoolingWindow height, PoolingWindow width, long row, long column)
        where T : unmanaged, INumber<T>
    {
        long top = height.First(row), bottom = height.End(row), left = width.First(column), right = width.End(column);
        int found = (int)((top * width.Size) + left);
        if (top >= bottom || left >= right)
            return x.Length;
        for (long i = top; i < bottom; i += height.Dilation)
        {
            for (long j = left; j < right; j += width.Dilation)
            {
                int index = (int)((i * width.Size) + j);
                if (x[index] > x[found] || T.IsNaN(x[index]))
                    found = index;
            }
        }

        return found;
    }
}
