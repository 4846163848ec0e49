using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>Averages over rectangles of planes, summed in float64.</summary>
internal static class AveragePooling
{
    /// <summary>Averages [batch, channels, height, width], or without batch.</summary>
    /// <param name="self">Floating-point.</param>
    /// <param name="rows">Places along the height.</param>
    /// <param name="columns">Places along the width.</param>
    /// <param name="rectangle">For each place the rectangle, cut to the plane, and what its sum is divided by.</param>
    public static Tensor Run(Tensor self, long rows, long columns, Func<long, long, Rectangle> rectangle)
    {
        using var x = Widened.Read(self);
        using var result = Widened.Write(Tensor.Empty(self.DType, [.. self.Sizes[..^2], rows, columns]));
        if (x.Tensor.DType == DType.Float64)
            Run<double>(x.Tensor, result.Tensor, rectangle);
        else
            Run<float>(x.Tensor, result.Tensor, rectangle);
        return result.Round();
    }

    private static void Run<T>(Tensor self, Tensor result, Func<long, long, Rectangle> rectangle)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int height = (int)self.Sizes[^2], width = (int)self.Sizes[^1], columns = (int)result.Sizes[^1];
        int places = (int)result.Sizes[^2] * columns;
        RowBlocks.Run(places == 0 ? 0 : result.Elements / places, Math.Max((long)height * width, places), (first, count) =>
        {
            for (int channel = first; channel < first + count; channel++)
            {
                var x = self.ReadOnlySpan<T>().Slice(channel * height * width, height * width);
                for (int place = 0; place < places; place++)
                {
                    var area = rectangle(place / columns, place % columns);
                    double sum = 0;
                    for (long i = area.Top; i < area.Bottom; i++)
                    {
                        if (area.Right > area.Left)
                            sum += Moments.Sum(x.Slice((int)((i * width) + area.Left), (int)(area.Right - area.Left)));
                    }

                    bool empty = area.Bottom <= area.Top || area.Right <= area.Left;
                    result.Span<T>()[(channel * places) + place] = empty ? T.Zero : T.CreateTruncating(sum / area.Divisor);
                }
            }
        });
    }

    /// <summary>Rows from top up to bottom, columns from left up to right.</summary>
    internal readonly record struct Rectangle(long Top, long Bottom, long Left, long Right, long Divisor);
}
