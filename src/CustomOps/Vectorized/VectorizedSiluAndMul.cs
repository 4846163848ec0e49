using System.Numerics;
using System.Runtime.CompilerServices;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>silu(a) · b for x = [a, b]: rows are shared among the cores, and each is computed in pieces that stay in the first-level cache.</summary>
public static class VectorizedSiluAndMul
{
    // Two operands and a result of this many float32 take 12 KiB.
    private const int Chunk = 1024;

    /// <summary>The gated features; the 16-bit types are rounded once.</summary>
    [Implementation(typeof(SiluAndMul), "vectorized")]
    public static Tensor Run(Tensor x)
    {
        long[] sizes = x.Sizes.ToArray();
        sizes[^1] /= 2;
        var result = Tensor.Empty(x.DType, sizes);
        int width = (int)sizes[^1];
        RowBlocks.Run(width == 0 ? 0 : result.Elements / width, width, (first, count) =>
        {
            for (int row = first; row < first + count; row++)
            {
                if (x.DType == DType.Float64)
                    Row<double>(x, result, row, width);
                else
                    Row<float>(x, result, row, width);
            }
        });
        return result;
    }

    // Buffers are written before they are read.
    [SkipLocalsInit]
    private static void Row<T>(Tensor x, Tensor result, int row, int width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> gates = stackalloc T[Chunk], values = stackalloc T[Chunk], products = stackalloc T[Chunk];
        for (int start = 0; start < width; start += Chunk)
        {
            int length = Math.Min(Chunk, width - start);
            var gate = WidenedRow.Read(x, (row * 2 * width) + start, length, gates);
            var value = WidenedRow.Read(x, (((row * 2) + 1) * width) + start, length, values);
            var y = WidenedRow.Target(result, (row * width) + start, length, products);
            TensorPrimitives.Negate(gate, y);
            TensorPrimitives.Exp<T>(y, y);
            TensorPrimitives.Add(y, T.One, y);
            TensorPrimitives.Divide(gate, y, y);
            TensorPrimitives.Multiply(y, value, y);
            WidenedRow.Round<T>(y, result, (row * width) + start);
        }
    }
}
