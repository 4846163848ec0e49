using System.Numerics;

namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// Matrix products as their formula says: the terms of a sum one after the other, in float64 or int64, and one rounding at
/// the end. The oracle of every other implementation.
/// </summary>
/// <remarks>
/// A product of float32 numbers is exact in float64. Int64 that wraps around has the low bits that the narrower integers
/// want, so that they too are rounded at the end only, by dropping the others.
/// </remarks>
public sealed class PlainProducts : MatrixProducts
{
    private PlainProducts()
    {
    }

    /// <summary>The only one: it has no state.</summary>
    public static PlainProducts Instance { get; } = new();

    /// <inheritdoc/>
    public override DType SumType(DType stored) => stored.IsFloating() ? DType.Float64 : DType.Int64;

    /// <inheritdoc/>
    public override void BatchedProduct(Tensor a, Tensor b, Tensor result, int[] aMatrix, int[] bMatrix, int m, int n, int k)
    {
        for (int batch = 0; batch < aMatrix.Length; batch++)
        {
            if (a.DType.IsFloating())
                Product<double>(a, aMatrix[batch], b, bMatrix[batch], result, batch, m, n, k);
            else
                Product<long>(a, aMatrix[batch], b, bMatrix[batch], result, batch, m, n, k);
        }
    }

    private protected override void ComputeLinear(
        Tensor x, Tensor weight, Tensor? bias, long firstRow, Tensor destination, long destinationRow, int m, int n, int k)
    {
        if (x.DType.IsFloating())
            Linear<double>(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
        else
            Linear<long>(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
    }

    private protected override void ComputeInt8Linear(
        Tensor x, Tensor weight, long firstRow, Tensor destination, long destinationRow, int m, int n, int k) =>
        Linear<long>(x, weight, null, firstRow, destination, destinationRow, m, n, k);

    private static void Linear<TSum>(
        Tensor x, Tensor weight, Tensor? bias, long firstRow, Tensor destination, long destinationRow, int m, int n, int k)
        where TSum : unmanaged, INumber<TSum>
    {
        var left = new TSum[m * k];
        var right = new TSum[k];
        var sums = new TSum[m * n];
        var added = new TSum[bias is null ? 0 : n];
        PlainElements.Read(x, firstRow * k, left);
        if (bias is not null)
            PlainElements.Read(bias, 0, added);
        for (int column = 0; column < n; column++)
        {
            PlainElements.Read(weight, (long)column * k, right);
            for (int row = 0; row < m; row++)
            {
                var sum = Dot<TSum>(left.AsSpan(row * k, k), right);
                sums[(row * n) + column] = bias is null ? sum : unchecked(sum + added[column]);
            }
        }

        PlainElements.Write(sums, destination, destinationRow * n);
    }

    private static void Product<TSum>(Tensor a, int aMatrix, Tensor b, int bMatrix, Tensor result, int matrix, int m, int n, int k)
        where TSum : unmanaged, INumber<TSum>
    {
        var left = new TSum[m * k];
        var right = new TSum[n];
        var sums = new TSum[m * n];
        PlainElements.Read(a, (long)aMatrix * m * k, left);
        for (int i = 0; i < k; i++)
        {
            PlainElements.Read(b, (((long)bMatrix * k) + i) * n, right);
            for (int row = 0; row < m; row++)
                AddMultiple(left[(row * k) + i], right, sums.AsSpan(row * n, n));
        }

        PlainElements.Write(sums, result, (long)matrix * m * n);
    }

    private static TSum Dot<TSum>(ReadOnlySpan<TSum> left, ReadOnlySpan<TSum> right)
        where TSum : unmanaged, INumber<TSum>
    {
        var sum = TSum.Zero;
        for (int i = 0; i < left.Length; i++)
            sum = unchecked(sum + (left[i] * right[i]));
        return sum;
    }

    private static void AddMultiple<TSum>(TSum factor, ReadOnlySpan<TSum> right, Span<TSum> sums)
        where TSum : unmanaged, INumber<TSum>
    {
        for (int column = 0; column < sums.Length; column++)
            sums[column] = unchecked(sums[column] + (factor * right[column]));
    }
}
