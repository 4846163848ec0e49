namespace Evergraph.CustomOps;

/// <summary>Matrix products of dense row-major tensors.</summary>
/// <remarks>
/// Bit for bit, a row of a result depends on the same row of the left operand and on the right operand alone: not on how
/// many rows there are, on which are computed together, or on how many threads. One token gives what the same token gives
/// among many, and a product computed in chunks of rows equals the whole. Different processors may round differently.
/// Half and bfloat16 are summed in float32 and rounded once, after the bias. Integers wrap around.
/// </remarks>
public static class Gemm
{
    /// <summary>y[…, N] = x[…, K] · w[N, K]ᵀ + bias[N].</summary>
    /// <param name="x">The left operand; its leading dimensions are rows.</param>
    /// <param name="weight">The right operand, of the same element type, not bool.</param>
    /// <param name="bias">One for each row of the weight, of the same element type.</param>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null)
    {
        var sizes = x.Sizes.ToArray();
        sizes[^1] = weight.Sizes[0];
        var result = Tensor.Empty(x.DType, sizes);
        LinearRows(x, weight, bias, 0, Rows(result), result, 0);
        return result;
    }

    /// <summary>
    /// Some rows of <see cref="Linear"/>, written into a tensor that is there already. Rows count over all leading
    /// dimensions.
    /// </summary>
    /// <param name="x">[…, K].</param>
    /// <param name="weight">[N, K].</param>
    /// <param name="bias">[N], or null.</param>
    /// <param name="firstRow">The first row of <paramref name="x"/>.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="destination">[…, N]; the other rows keep their values.</param>
    /// <param name="destinationRow">Where the first row goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not inside <paramref name="x"/> or <paramref name="destination"/>.</exception>
    public static void LinearRows(
        Tensor x, Tensor weight, Tensor? bias, long firstRow, long rows, Tensor destination, long destinationRow)
    {
        int k = (int)weight.Sizes[1], n = (int)weight.Sizes[0], m = CheckRows(firstRow, rows, Rows(x), destinationRow, Rows(destination));
        switch (x.DType)
        {
            case DType.Float32:
                Linear<float>(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
            case DType.Float64:
                Linear<double>(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
            case DType.Float16 or DType.BFloat16:
                WidenedLinear(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
            default:
                GemmIntegers.Linear(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
        }
    }

    /// <summary>C[m, n] = A[m, k] · B[k, n].</summary>
    public static Tensor MatrixProduct(Tensor a, Tensor b)
    {
        var result = Tensor.Empty(a.DType, a.Sizes[0], b.Sizes[1]);
        BatchedProduct(a, b, result, [0], [0], (int)a.Sizes[0], (int)b.Sizes[1], (int)a.Sizes[1]);
        return result;
    }

    /// <summary>Products of many pairs of matrices, C[i] = A[i] · B[i].</summary>
    /// <param name="a">Holds matrices of m·k elements.</param>
    /// <param name="b">Holds matrices of k·n elements, of the same element type.</param>
    /// <param name="result">Is filled with matrices of m·n elements.</param>
    /// <param name="aMatrix">For each product which matrix of <paramref name="a"/> it takes.</param>
    /// <param name="bMatrix">For each product which matrix of <paramref name="b"/> it takes.</param>
    /// <param name="m">Rows of a result.</param>
    /// <param name="n">Columns of a result.</param>
    /// <param name="k">Terms of a sum.</param>
    public static unsafe void BatchedProduct(Tensor a, Tensor b, Tensor result, int[] aMatrix, int[] bMatrix, int m, int n, int k)
    {
        if (!a.DType.IsFloating())
        {
            GemmIntegers.BatchedProduct(a, b, result, aMatrix, bMatrix, m, n, k);
            return;
        }

        using var left = Widened.Read(a);
        using var target = Widened.Write(result);
        fixed (byte* aBytes = left.Tensor.ReadOnlyBytes(), bBytes = b.ReadOnlyBytes(), cBytes = target.Tensor.Bytes())
        {
            if (a.DType == DType.Float64)
                GemmBlocks.Run(new ProductBlock<double>(aBytes, bBytes, cBytes, aMatrix, bMatrix, m, n, k, b.DType), aMatrix.Length, m, n, k);
            else
                GemmBlocks.Run(new ProductBlock<float>(aBytes, bBytes, cBytes, aMatrix, bMatrix, m, n, k, b.DType), aMatrix.Length, m, n, k);
        }

        target.Round();
    }

    /// <summary>How many rows a tensor has: the product of all its sizes but the last.</summary>
    internal static long Rows(Tensor tensor)
    {
        long rows = 1;
        foreach (long size in tensor.Sizes[..^1])
            rows *= size;
        return rows;
    }

    internal static int CheckRows(long first, long rows, long sourceRows, long destinationFirst, long destinationRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(destinationFirst);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, sourceRows - first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, destinationRows - destinationFirst);
        return (int)rows;
    }

    private static unsafe void Linear<T>(
        Tensor x, Tensor weight, Tensor? bias, long firstRow, Tensor destination, long destinationRow, int m, int n, int k)
        where T : unmanaged
    {
        var source = x.ReadOnlySpan<T>().Slice((int)(firstRow * k), m * k);
        var target = destination.Span<T>().Slice((int)(destinationRow * n), m * n);
        fixed (T* a = source, b = weight.ReadOnlySpan<T>(), c = target, added = bias is null ? [] : bias.ReadOnlySpan<T>())
            GemmBlocks.Run(new LinearBlock<T>(a, b, added, c, n, k), 1, m, n, k);
    }

    private static unsafe void WidenedLinear(
        Tensor x, Tensor weight, Tensor? bias, long firstRow, Tensor destination, long destinationRow, int m, int n, int k)
    {
        using var left = Widened.Read(new(x.DType, [m, k], x.Storage, x.ByteOffset + (firstRow * k * 2)));
        using var right = Widened.ReadOptional(bias);
        var target = destination.Bytes().Slice((int)(destinationRow * n * 2), m * n * 2);
        fixed (float* a = left.Tensor.ReadOnlySpan<float>(), added = bias is null ? [] : right.Tensor.ReadOnlySpan<float>())
        {
            fixed (byte* b = weight.ReadOnlyBytes(), c = target)
                GemmBlocks.Run(new WidenedLinearBlock(a, b, added, c, n, k, x.DType), 1, m, n, k);
        }
    }
}
