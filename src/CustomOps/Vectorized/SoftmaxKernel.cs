using System.Buffers;
using System.Numerics;
using Evergraph.CustomOps.Aten;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// Softmax along one axis and its logarithm, as <see cref="SoftmaxRows"/> defines them: rows are shared among the cores, the
/// exponentials are summed in float64, and the 16-bit types are rounded once.
/// </summary>
internal static class SoftmaxKernel
{
    /// <summary>Softmax, or its logarithm, along an axis.</summary>
    public static Tensor Run(Tensor self, long dim, DType dtype, bool logarithm)
    {
        var result = Tensor.Empty(dtype, self.Sizes);
        var x = Scratch.As(self, dtype);
        var block = AxisBlock.Around(self.Sizes, Axes.NormalizeOrScalar(dim, self.Rank));
        if (dtype == DType.Float64)
            Run<double>(x, result, block, logarithm);
        else
            Run<float>(x, result, block, logarithm);
        return result;
    }

    private static void Run<T>(Tensor input, Tensor result, AxisBlock block, bool logarithm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int size = (int)block.Size;
        if (block.Inner == 1)
        {
            RowBlocks.Run(size == 0 ? 0 : block.Outer, size, (first, count) => Rows<T>(input, result, size, first, count, logarithm));
            return;
        }

        // Rows along an outer axis are gathered, computed in place, and scattered.
        using var x = Widened.Read(input);
        using var y = Widened.Write(result);
        var (source, target) = (x.Tensor, y.Tensor);
        RowBlocks.Run(
            size == 0 ? 0 : block.Outer * block.Inner, size, (first, count) => Columns<T>(source, target, block, first, count, logarithm));
        y.Round();
    }

    private static void Rows<T>(Tensor input, Tensor result, int size, int first, int count, bool logarithm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] rented = ArrayPool<T>.Shared.Rent(3 * size);
        Span<T> bufferOfX = rented.AsSpan(0, size), bufferOfY = rented.AsSpan(size, size), exponentials = rented.AsSpan(2 * size, size);
        for (int start = first * size; start < (first + count) * size; start += size)
        {
            var y = WidenedRow.Target(result, start, size, bufferOfY);
            Row(WidenedRow.Read(input, start, size, bufferOfX), y, exponentials, logarithm);
            WidenedRow.Round<T>(y, result, start);
        }

        ArrayPool<T>.Shared.Return(rented);
    }

    private static void Columns<T>(Tensor input, Tensor result, AxisBlock block, int first, int count, bool logarithm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int size = (int)block.Size, inner = (int)block.Inner;
        T[] rented = ArrayPool<T>.Shared.Rent(2 * size);
        Span<T> gathered = rented.AsSpan(0, size), exponentials = rented.AsSpan(size, size);
        var x = input.ReadOnlySpan<T>();
        var y = result.Span<T>();
        for (int row = first; row < first + count; row++)
        {
            int start = (row / inner * size * inner) + (row % inner);
            for (int i = 0; i < size; i++)
                gathered[i] = x[start + (i * inner)];
            Row(gathered, gathered, exponentials, logarithm);
            for (int i = 0; i < size; i++)
                y[start + (i * inner)] = gathered[i];
        }

        ArrayPool<T>.Shared.Return(rented);
    }

    private static void Row<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> exponentials, bool logarithm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), y);
        if (logarithm)
        {
            TensorPrimitives.Exp<T>(y, exponentials);
            TensorPrimitives.Subtract(y, T.CreateTruncating(Math.Log(Moments.Sum<T>(exponentials))), y);
        }
        else
        {
            TensorPrimitives.Exp<T>(y, y);
            TensorPrimitives.Divide(y, T.CreateTruncating(Moments.Sum<T>(y)), y);
        }
    }
}
