namespace Evergraph.CustomOps.Kernels;

/// <summary>Intermediate tensors of a kernel. Their memory is not the executor's, which plans for results only.</summary>
internal static class Scratch
{
    /// <summary>New memory, not cleared.</summary>
    public static Tensor Empty(DType dtype, params ReadOnlySpan<long> sizes) =>
        new(dtype, sizes.ToArray(), Storage.Allocate(AxisBlock.Product(sizes) * dtype.Size()));

    /// <summary>A copy of these numbers.</summary>
    public static Tensor Of(long[] numbers, ReadOnlySpan<long> sizes)
    {
        var result = Empty(DType.Int64, sizes);
        numbers.CopyTo(result.Span<long>());
        return result;
    }

    /// <summary>The tensor in another element type: itself where it has that already, so it is only to be read.</summary>
    public static Tensor As(Tensor tensor, DType dtype)
    {
        if (tensor.DType == dtype)
            return tensor;
        var result = Empty(dtype, tensor.Sizes);
        Casts.Convert(tensor.ReadOnlyBytes(), tensor.DType, result.Bytes(), dtype);
        return result;
    }

    /// <summary>
    /// The type that sums and comparisons are computed in: float32 for the 16-bit types, int64 for integers and bool.
    /// </summary>
    public static DType Wide(DType dtype) => dtype switch
    {
        DType.Float64 => DType.Float64,
        _ => dtype.IsFloating() ? DType.Float32 : DType.Int64,
    };

    /// <summary>The result in the type that it is wanted in.</summary>
    public static Tensor Finish(Tensor computed, DType dtype) => computed.DType == dtype ? computed : Casts.To(computed, dtype);
}
