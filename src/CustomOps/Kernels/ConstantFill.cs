namespace Evergraph.CustomOps.Kernels;

/// <summary>Tensors that hold one number everywhere.</summary>
public static class ConstantFill
{
    /// <summary>The type of a tensor of given sizes, for fakes.</summary>
    /// <exception cref="ShapeException">A size is negative.</exception>
    public static TensorType TypeOf(Dim[] size, DType dtype)
    {
        foreach (var dim in size)
            Require(dim >= 0, "a size is negative");
        return new(dtype, Shape.Create(size));
    }

    /// <summary>A tensor that holds a number everywhere.</summary>
    public static Tensor Of(DType dtype, ReadOnlySpan<long> sizes, Scalar number)
    {
        var result = Tensor.Empty(dtype, sizes);
        Span<byte> element = stackalloc byte[dtype.Size()];
        Casts.Write(number, dtype, element);
        Broadcast.Fill(result.Bytes(), element);
        return result;
    }
}
