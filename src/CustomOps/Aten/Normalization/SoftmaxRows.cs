using System.Buffers;
using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Softmax along one axis, exp(x − max) / Σ exp(x − max), and its logarithm, x − max − ln Σ exp(x − max). Taking the
/// maximum off keeps exp finite. As in PyTorch a row of −∞ alone is not a number.
/// </summary>
internal static class SoftmaxRows
{
    /// <summary>The result's type, in the fakes.</summary>
    /// <exception cref="ShapeException">It is not floating-point, or there is no such axis.</exception>
    public static TensorType Check(TensorType self, long dim, DType? dtype)
    {
        Axes.NormalizeOrScalar(dim, self.Rank);
        var result = new TensorType(dtype ?? self.DType, self.Shape);
        Operands.RequireFloating(result, dtype is null ? "self" : "dtype");
        return result;
    }

    /// <summary>Checks that no conversion from float16 to float32 on the way is asked for, as PyTorch does on a CPU.</summary>
    /// <exception cref="ShapeException">It is.</exception>
    public static void RefuseHalfToFloat(bool halfToFloat) =>
        Require(!halfToFloat, "half_to_float is for CUDA: expected false, given true; export the model on the CPU");

    /// <summary>Softmax, or its logarithm, along an axis.</summary>
    public static Tensor Run(Tensor self, long dim, DType dtype, bool logarithm)
    {
        using var x = Widened.Read(self, dtype);
        using var result = Widened.Write(Tensor.Empty(dtype, self.Sizes));
        var block = AxisBlock.Around(self.Sizes, Axes.NormalizeOrScalar(dim, self.Rank));
        if (result.Tensor.DType == DType.Float64)
            Run<double>(x.Tensor, result.Tensor, block, logarithm);
        else
            Run<float>(x.Tensor, result.Tensor, block, logarithm);
        return result.Round();
    }

    /// <summary>Every axis but the one of the softmax can be cut.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) => query.CarriedExcept(Axes.NormalizeOrScalar(query.Int(1), query.Type.Rank));

    private static void Run<T>(Tensor input, Tensor result, AxisBlock block, bool logarithm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int size = (int)block.Size, inner = (int)block.Inner;
        RowBlocks.Run(size == 0 ? 0 : block.Outer * inner, size, (first, count) =>
        {
            T[] rented = inner == 1 ? [] : ArrayPool<T>.Shared.Rent(size);
            for (int row = first; row < first + count; row++)
            {
                if (inner == 1)
                {
                    Row(input.ReadOnlySpan<T>().Slice(row * size, size), result.Span<T>().Slice(row * size, size), logarithm);
                    continue;
                }

                // A row along an outer axis is gathered, computed in place, and scattered.
                var gathered = rented.AsSpan(0, size);
                int start = (row / inner * size * inner) + (row % inner);
                for (int i = 0; i < size; i++)
                    gathered[i] = input.ReadOnlySpan<T>()[start + (i * inner)];
                Row(gathered, gathered, logarithm);
                for (int i = 0; i < size; i++)
                    result.Span<T>()[start + (i * inner)] = gathered[i];
            }

            if (inner != 1)
                ArrayPool<T>.Shared.Return(rented);
        });
    }

    private static void Row<T>(ReadOnlySpan<T> x, Span<T> y, bool logarithm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), y);
        if (logarithm)
        {
            T[] exponentials = ArrayPool<T>.Shared.Rent(y.Length);
            TensorPrimitives.Exp<T>(y, exponentials);
            T sum = TensorPrimitives.Sum<T>(exponentials.AsSpan(0, y.Length));
            ArrayPool<T>.Shared.Return(exponentials);
            TensorPrimitives.Subtract(y, T.Log(sum), y);
            return;
        }

        TensorPrimitives.Exp<T>(y, y);
        TensorPrimitives.Divide(y, TensorPrimitives.Sum<T>(y), y);
    }
}
