namespace Evergraph.CustomOps.Kernels;

/// <summary>Sums, differences and products of tensors, bool included.</summary>
public static class Arithmetic
{
    /// <summary>a + alpha · b in a type; bool is "or".</summary>
    public static Tensor Add(Tensor a, Tensor b, Scalar alpha, DType dtype)
    {
        if (dtype != DType.Bool)
            return Elementwise.Number<Add>(a, Scale(b, alpha, dtype), dtype);
        if (!alpha.ToBool())
            b = Elementwise.Integer<Minimum>(b, Casts.ToTensor(alpha, dtype), dtype);
        return Elementwise.Integer<Maximum>(a, b, dtype);
    }

    /// <summary>a − alpha · b in a type, which is not bool.</summary>
    public static Tensor Subtract(Tensor a, Tensor b, Scalar alpha, DType dtype) =>
        Elementwise.Number<Subtract>(a, Scale(b, alpha, dtype), dtype);

    /// <summary>a · b in a type; bool is "and".</summary>
    public static Tensor Multiply(Tensor a, Tensor b, DType dtype) =>
        dtype == DType.Bool ? Elementwise.Integer<Minimum>(a, b, dtype) : Elementwise.Number<Multiply>(a, b, dtype);

    // The product is kept in the type that is computed in, so that a 16-bit type is rounded once, at the end.
    private static Tensor Scale(Tensor b, Scalar alpha, DType dtype)
    {
        bool isOne = alpha.Kind == ScalarKind.Float ? alpha.ToDouble() == 1 : alpha.ToInt64() == 1;
        if (isOne)
            return b;
        var computed = dtype is DType.Float16 or DType.BFloat16 ? DType.Float32 : dtype;
        return Elementwise.Number<Multiply>(b, Casts.ToTensor(alpha, computed), computed);
    }
}
