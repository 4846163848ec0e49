namespace Evergraph.CustomOps.Vectorized;

/// <summary>
/// Matrix products in tiles of vectors, shared among the processor's cores. Floating-point types, which are summed in
/// float32 (the 16-bit types too) or float64, and int8 to int32.
/// </summary>
/// <remarks>Integer products that wrap around stay plain: models do not live on these.</remarks>
public sealed class VectorizedProducts : MatrixProducts
{
    private VectorizedProducts()
    {
    }

    /// <summary>The only one: it has no state.</summary>
    public static VectorizedProducts Instance { get; } = new();

    /// <inheritdoc/>
    public override DType SumType(DType stored) => Widened.Of(stored);

    /// <inheritdoc/>
    /// <exception cref="EvergraphException">The element type is an integer.</exception>
    public override unsafe void BatchedProduct(Tensor a, Tensor b, Tensor result, int[] aMatrix, int[] bMatrix, int m, int n, int k)
    {
        RequireFloating(a);
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

    private protected override void ComputeLinear(
        Tensor x, Tensor weight, Tensor? bias, long firstRow, Tensor destination, long destinationRow, int m, int n, int k)
    {
        RequireFloating(x);
        switch (x.DType)
        {
            case DType.Float32:
                Linear<float>(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
            case DType.Float64:
                Linear<double>(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
            default:
                WidenedLinear(x, weight, bias, firstRow, destination, destinationRow, m, n, k);
                break;
        }
    }

    private protected override unsafe void ComputeInt8Linear(
        Tensor x, Tensor weight, long firstRow, Tensor destination, long destinationRow, int m, int n, int k)
    {
        var source = x.ReadOnlySpan<sbyte>().Slice((int)(firstRow * k), m * k);
        var target = destination.Span<int>().Slice((int)(destinationRow * n), m * n);
        fixed (sbyte* a = source, b = weight.ReadOnlySpan<sbyte>())
        {
            fixed (int* c = target)
                GemmBlocks.Run(new Int8LinearBlock(a, b, c, n, k), 1, m, n, k);
        }
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

    private static void RequireFloating(Tensor operand)
    {
        if (!operand.DType.IsFloating())
            throw new EvergraphException($"vectorised products take floating-point types: given {operand.DType.Name()}; use the plain ones");
    }
}
