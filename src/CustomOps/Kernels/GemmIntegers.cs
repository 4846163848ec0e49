using System.Numerics;

namespace Evergraph.CustomOps;

/// <summary>Products of integer matrices that keep their type and wrap around, as PyTorch's do. A plain loop: models do not live on these.</summary>
internal static class GemmIntegers
{
    /// <summary>See <see cref="Gemm.LinearRows"/>.</summary>
    public static void Linear(
        Tensor x, Tensor weight, Tensor? bias, long firstRow, Tensor destination, long destinationRow, int m, int n, int k)
    {
        switch (x.DType)
        {
            case DType.Int8:
                Linear<sbyte>(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
            case DType.UInt8:
                Linear<byte>(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
            case DType.Int32:
                Linear<int>(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
            default:
                Linear<long>(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
        }
    }

    /// <summary>See <see cref="Gemm.BatchedProduct"/>.</summary>
    public static void BatchedProduct(Tensor a, Tensor b, Tensor result, int[] aMatrix, int[] bMatrix, int m, int n, int k)
    {
        switch (a.DType)
        {
            case DType.Int8:
                BatchedProduct<sbyte>(a, b, result, aMatrix, bMatrix, m, n, k);
                break;
            case DType.UInt8:
                BatchedProduct<byte>(a, b, result, aMatrix, bMatrix, m, n, k);
                break;
            case DType.Int32:
                BatchedProduct<int>(a, b, result, aMatrix, bMatrix, m, n, k);
                break;
            default:
                BatchedProduct<long>(a, b, result, aMatrix, bMatrix, m, n, k);
                break;
        }
    }

    private static void Linear<T>(
        Tensor x, Tensor weight, Tensor? bias, long firstRow, Tensor destination, long destinationRow, int m, int n, int k)
        where T : unmanaged, IBinaryInteger<T>
    {
        var left = x.ReadOnlySpan<T>().Slice((int)(firstRow * k), m * k);
        var right = weight.ReadOnlySpan<T>();
        var added = bias is null ? [] : bias.ReadOnlySpan<T>();
        var result = destination.Span<T>().Slice((int)(destinationRow * n), m * n);
        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                var sum = added.IsEmpty ? T.Zero : added[column];
                for (int i = 0; i < k; i++)
                    sum = unchecked(sum + unchecked(left[(row * k) + i] * right[(column * k) + i]));
                result[(row * n) + column] = sum;
            }
        }
    }

    private static void BatchedProduct<T>(Tensor a, Tensor b, Tensor result, int[] aMatrix, int[] bMatrix, int m, int n, int k)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int batch = 0; batch < aMatrix.Length; batch++)
        {
            var left = a.ReadOnlySpan<T>().Slice(aMatrix[batch] * m * k, m * k);
            var right = b.ReadOnlySpan<T>().Slice(bMatrix[batch] * k * n, k * n);
            var target = result.Span<T>().Slice(batch * m * n, m * n);
            target.Clear();
            for (int row = 0; row < m; row++)
            {
                for (int i = 0; i < k; i++)
                    TensorPrimitives.MultiplyAdd(right.Slice(i * n, n), left[(row * k) + i], target.Slice(row * n, n), target.Slice(row * n, n));
            }
        }
    }
}
