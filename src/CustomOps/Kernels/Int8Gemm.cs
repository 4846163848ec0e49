namespace Evergraph.CustomOps;

/// <summary>
/// The exact product of int8 matrices in int32: every sum of fewer than 2¹⁷ products, of at most 2¹⁴ each, fits.
/// </summary>
public static class Int8Gemm
{
    /// <summary>The longest sum that is exact whatever the numbers are.</summary>
    public const int MaxTerms = (1 << 17) - 1;

    /// <summary>y[…, N] = x[…, K] · w[N, K]ᵀ, int8 by int8 to int32.</summary>
    /// <exception cref="EvergraphException">K is above <see cref="MaxTerms"/>.</exception>
    public static Tensor Linear(Tensor x, Tensor weight)
    {
        var sizes = x.Sizes.ToArray();
        sizes[^1] = weight.Sizes[0];
        var result = Tensor.Empty(DType.Int32, sizes);
        LinearRows(x, weight, 0, Gemm.Rows(result), result, 0);
        return result;
    }

    /// <summary>Some rows of <see cref="Linear"/>, written into a tensor that is there already; see <see cref="Gemm.LinearRows"/>.</summary>
    /// <exception cref="EvergraphException">K is above <see cref="MaxTerms"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not inside <paramref name="x"/> or <paramref name="destination"/>.</exception>
    public static unsafe void LinearRows(Tensor x, Tensor weight, long firstRow, long rows, Tensor destination, long destinationRow)
    {
        int k = (int)weight.Sizes[1], n = (int)weight.Sizes[0];
        if (k > MaxTerms)
            throw new EvergraphException($"an int8 product of {k} terms can overflow int32: expected at most {MaxTerms}; split the summed axis and add the parts in int64");
        int m = Gemm.CheckRows(firstRow, rows, Gemm.Rows(x), destinationRow, Gemm.Rows(destination));
        var source = x.ReadOnlySpan<sbyte>().Slice((int)(firstRow * k), m * k);
        var target = destination.Span<int>().Slice((int)(destinationRow * n), m * n);
        fixed (sbyte* a = source, b = weight.ReadOnlySpan<sbyte>())
        {
            fixed (int* c = target)
                GemmBlocks.Run(new Block(a, b, c, n, k), 1, m, n, k);
        }
    }

    private readonly unsafe struct Block(sbyte* a, sbyte* b, int* c, int n, int k) : IGemmBlock
    {
        public void Run(int batch, int row, int rows, int column, int columns) => GemmDotKernels.Run(
            a + ((nint)row * k), b + ((nint)column * k), c + ((nint)row * n) + column, rows, columns, k, n);
    }
}
