using System.Buffers;
using System.Numerics;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>A block of C[i] = A[i]·B[i], summed in float32 or float64; B may be stored in a 16-bit type.</summary>
internal readonly unsafe struct ProductBlock<T>(
    byte* a, byte* b, byte* c, int[] aMatrix, int[] bMatrix, int m, int n, int k, DType stored) : IGemmBlock
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Rows of B lie n elements apart, a page each when n is large; copying them together pays once some rows of A share it.
    private const int PackedRows = 8;

    /// <inheritdoc/>
    public void Run(int batch, int row, int rows, int column, int columns)
    {
        T* left = (T*)a + ((nint)aMatrix[batch] * m * k) + ((nint)row * k);
        T* result = (T*)c + ((nint)batch * m * n) + ((nint)row * n) + column;
        nint right = ((nint)bMatrix[batch] * k * n) + column;
        if (stored.Size() != 2 && columns == GemmBlocks.Columns && rows < PackedRows)
        {
            GemmOuter<T>.Run(left, k, (T*)b + right, n, result, n, rows, columns, k);
            return;
        }

        T[] packed = ArrayPool<T>.Shared.Rent(k * GemmBlocks.Columns);
        fixed (T* target = packed)
        {
            if (stored.Size() != 2)
                GemmOuter<T>.Pack((T*)b + right, n, target, columns, k);
            else
                PackWidened(b + (right * 2), (float*)target, columns);
            GemmOuter<T>.Run(left, k, target, GemmBlocks.Columns, result, n, rows, columns, k);
        }

        ArrayPool<T>.Shared.Return(packed);
    }

    private void PackWidened(byte* source, float* target, int columns)
    {
        for (int i = 0; i < k; i++, source += (nint)n * 2, target += GemmBlocks.Columns)
        {
            var row = new Span<float>(target, GemmBlocks.Columns);
            if (stored == DType.BFloat16)
                ReducedPrecision.Widen(new ReadOnlySpan<BFloat16>(source, columns), row);
            else
                ReducedPrecision.Widen(new ReadOnlySpan<Half>(source, columns), row);
            row[columns..].Clear();
        }
    }
}
