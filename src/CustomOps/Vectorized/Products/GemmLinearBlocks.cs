using System.Buffers;
using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Vectorized;

/// <summary>A block of C = A·Bᵀ + bias in float32 or float64.</summary>
internal readonly unsafe struct LinearBlock<T>(T* a, T* b, T* bias, T* c, int n, int k) : IGemmBlock
    where T : unmanaged
{
    /// <inheritdoc/>
    public void Run(int batch, int row, int rows, int column, int columns) => GemmDotKernels.Run(
        a + ((nint)row * k),
        b + ((nint)column * k),
        bias == null ? null : bias + column,
        c + ((nint)row * n) + column,
        rows,
        columns,
        k,
        n);
}

/// <summary>A block of C = A·Bᵀ from int8 to int32.</summary>
internal readonly unsafe struct Int8LinearBlock(sbyte* a, sbyte* b, int* c, int n, int k) : IGemmBlock
{
    /// <inheritdoc/>
    public void Run(int batch, int row, int rows, int column, int columns) => GemmDotKernels.Run(
        a + ((nint)row * k), b + ((nint)column * k), c + ((nint)row * n) + column, rows, columns, k, n);
}

/// <summary>
/// A block of C = A·Bᵀ + bias with B and C in a 16-bit type: the block's rows of B are widened when it is their turn, so
/// that no whole float32 copy of the weight is ever there.
/// </summary>
internal readonly unsafe struct WidenedLinearBlock(float* a, byte* b, float* bias, byte* c, int n, int k, DType dtype) : IGemmBlock
{
    /// <inheritdoc/>
    public void Run(int batch, int row, int rows, int column, int columns)
    {
        float[] weight = ArrayPool<float>.Shared.Rent(columns * k);
        float[] result = ArrayPool<float>.Shared.Rent(rows * columns);
        var stored = new ReadOnlySpan<byte>(b + ((nint)column * k * 2), columns * k * 2);
        Casts.Convert(stored, dtype, MemoryMarshal.AsBytes(weight.AsSpan(0, columns * k)), DType.Float32);
        fixed (float* right = weight, target = result)
            GemmDotKernels.Run(a + ((nint)row * k), right, bias == null ? null : bias + column, target, rows, columns, k, columns);
        for (int i = 0; i < rows; i++)
        {
            var rounded = new Span<byte>(c + ((((nint)(row + i) * n) + column) * 2), columns * 2);
            Casts.Convert(MemoryMarshal.AsBytes(result.AsSpan(i * columns, columns)), DType.Float32, rounded, dtype);
        }

        ArrayPool<float>.Shared.Return(weight);
        ArrayPool<float>.Shared.Return(result);
    }
}
