namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// Matrix products of dense row-major tensors. Operators are written over this once; what differs between their
/// implementations is who computes the products.
/// </summary>
/// <remarks>
/// Bit for bit, a row of a result depends on the same row of the left operand and on the right operand alone: not on how
/// many rows there are, on which are computed together, or on how many threads. One token gives what the same token gives
/// among many, and a product computed in chunks of rows equals the whole. Different implementations and processors may
/// round differently. Sums are rounded to the result's type once, after the bias. Integers wrap around.
/// </remarks>
public abstract class MatrixProducts
{
    /// <summary>
    /// The longest sum of products of int8 that int32 holds whatever the numbers are: fewer than 2¹⁷ products, of at most
    /// 2¹⁴ each.
    /// </summary>
    public const int MaxInt8Terms = (1 << 17) - 1;

    /// <summary>The type that sums of an element type are computed in.</summary>
    public abstract DType SumType(DType stored);

    /// <summary>y[…, N] = x[…, K] · w[N, K]ᵀ + bias[N].</summary>
    /// <param name="x">The left operand; its leading dimensions are rows.</param>
    /// <param name="weight">The right operand, of the same element type, not bool.</param>
    /// <param name="bias">One for each row of the weight, of the same element type.</param>
    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null)
    {
        var result = Tensor.Empty(x.DType, [.. x.Sizes[..^1], weight.Sizes[0]]);
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
    /// <param name="destination">[…, N], of the element type of <paramref name="x"/>; the other rows keep their values.</param>
    /// <param name="destinationRow">Where the first row goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not inside <paramref name="x"/> or <paramref name="destination"/>.</exception>
    public void LinearRows(
        Tensor x, Tensor weight, Tensor? bias, long firstRow, long rows, Tensor destination, long destinationRow)
    {
        CheckRows(x, firstRow, rows, destination, destinationRow);
        ComputeLinear(x, weight, bias, firstRow, destination, destinationRow, (int)rows, (int)weight.Sizes[0], (int)weight.Sizes[1]);
    }

    /// <summary>y[…, N] = x[…, K] · w[N, K]ᵀ, int8 by int8 to int32, exact.</summary>
    /// <exception cref="EvergraphException">K is above <see cref="MaxInt8Terms"/>.</exception>
    public Tensor Int8Linear(Tensor x, Tensor weight)
    {
        var result = Tensor.Empty(DType.Int32, [.. x.Sizes[..^1], weight.Sizes[0]]);
        Int8LinearRows(x, weight, 0, Rows(result), result, 0);
        return result;
    }

    /// <summary>Some rows of <see cref="Int8Linear"/>, written into a tensor that is there already; see <see cref="LinearRows"/>.</summary>
    /// <exception cref="EvergraphException">K is above <see cref="MaxInt8Terms"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not inside <paramref name="x"/> or <paramref name="destination"/>.</exception>
    public void Int8LinearRows(Tensor x, Tensor weight, long firstRow, long rows, Tensor destination, long destinationRow)
    {
        int n = (int)weight.Sizes[0], k = (int)weight.Sizes[1];
        if (k > MaxInt8Terms)
            throw new EvergraphException($"an int8 product of {k} terms can overflow int32: expected at most {MaxInt8Terms}; split the summed axis and add the parts in int64");
        CheckRows(x, firstRow, rows, destination, destinationRow);
        ComputeInt8Linear(x, weight, firstRow, destination, destinationRow, (int)rows, n, k);
    }

    /// <summary>C[m, n] = A[m, k] · B[k, n].</summary>
    public Tensor Product(Tensor a, Tensor b)
    {
        var result = Tensor.Empty(a.DType, a.Sizes[0], b.Sizes[1]);
        BatchedProduct(a, b, result, [0], [0], (int)a.Sizes[0], (int)b.Sizes[1], (int)a.Sizes[1]);
        return result;
    }

    /// <summary>Products of many pairs of matrices, C[i] = A[i] · B[i].</summary>
    /// <param name="a">Holds matrices of m·k elements.</param>
    /// <param name="b">Holds matrices of k·n elements, of the same element type.</param>
    /// <param name="result">Is filled with matrices of m·n elements; of the same element type, or of its <see cref="SumType"/>.</param>
    /// <param name="aMatrix">For each product which matrix of <paramref name="a"/> it takes.</param>
    /// <param name="bMatrix">For each product which matrix of <paramref name="b"/> it takes.</param>
    /// <param name="m">Rows of a result.</param>
    /// <param name="n">Columns of a result.</param>
    /// <param name="k">Terms of a sum.</param>
    public abstract void BatchedProduct(Tensor a, Tensor b, Tensor result, int[] aMatrix, int[] bMatrix, int m, int n, int k);

    /// <summary>How many rows a tensor has: the product of all its sizes but the last.</summary>
    internal static long Rows(Tensor tensor) => AxisBlock.Product(tensor.Sizes[..^1]);

    /// <summary><see cref="LinearRows"/> of m rows that are there, n columns and k terms.</summary>
    private protected abstract void ComputeLinear(
        Tensor x, Tensor weight, Tensor? bias, long firstRow, Tensor destination, long destinationRow, int m, int n, int k);

    /// <summary><see cref="Int8LinearRows"/> of m rows that are there, n columns and k terms.</summary>
    private protected abstract void ComputeInt8Linear(
        Tensor x, Tensor weight, long firstRow, Tensor destination, long destinationRow, int m, int n, int k);

    private static void CheckRows(Tensor x, long first, long rows, Tensor destination, long destinationFirst)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(destinationFirst);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Rows(x) - first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Rows(destination) - destinationFirst);
    }
}
