using System.Numerics;

namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// Sums, differences, products and quotients of tensors, one element after the other: what <see cref="Arithmetic"/> must
/// give, bit for bit.
/// </summary>
/// <remarks>
/// Operands take part in the type that is computed in: float32 for the 16-bit types, which are rounded once, at the end;
/// the result's own type otherwise. An integer tensor that meets a 16-bit type is rounded to it first, a number or a 0-d
/// tensor is not.
/// </remarks>
internal static class ReferenceArithmetic
{
    private interface IOperation
    {
        static abstract T Of<T>(T a, T b, T alpha)
            where T : INumber<T>;
    }

    /// <summary>a + alpha · b in a type; bool is "or", and alpha "and".</summary>
    public static Tensor Add(Tensor a, Tensor b, Scalar alpha, DType dtype) => dtype == DType.Bool
        ? Combine(a, b, (x, y) => x || (alpha.ToBool() && y))
        : Run<Sum>(a, b, alpha, dtype);

    /// <summary>a − alpha · b in a type, which is not bool.</summary>
    public static Tensor Subtract(Tensor a, Tensor b, Scalar alpha, DType dtype) => Run<Difference>(a, b, alpha, dtype);

    /// <summary>a · b in a type; bool is "and".</summary>
    public static Tensor Multiply(Tensor a, Tensor b, DType dtype) =>
        dtype == DType.Bool ? Combine(a, b, (x, y) => x && y) : Run<Product>(a, b, 1, dtype);

    /// <summary>a / b in a floating type.</summary>
    public static Tensor Divide(Tensor a, Tensor b, DType dtype) => Run<Quotient>(a, b, 1, dtype);

    private static Tensor Run<TOperation>(Tensor a, Tensor b, Scalar alpha, DType dtype)
        where TOperation : IOperation
    {
        var computed = Widened.Of(dtype);
        var result = Scratch.Empty(computed, Broadcast.Sizes(a.Sizes, b.Sizes));
        Tensor x = Operand(a, dtype), y = Operand(b, dtype), factor = Casts.ToTensor(alpha, computed);
        switch (computed)
        {
            case DType.Float32:
                Run<TOperation, float>(x, y, factor, result);
                break;
            case DType.Float64:
                Run<TOperation, double>(x, y, factor, result);
                break;
            case DType.Int8:
                Run<TOperation, sbyte>(x, y, factor, result);
                break;
            case DType.UInt8:
                Run<TOperation, byte>(x, y, factor, result);
                break;
            case DType.Int32:
                Run<TOperation, int>(x, y, factor, result);
                break;
            default:
                Run<TOperation, long>(x, y, factor, result);
                break;
        }

        return Casts.To(result, dtype);
    }

    private static void Run<TOperation, T>(Tensor a, Tensor b, Tensor alpha, Tensor result)
        where TOperation : IOperation
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<T> x = a.ReadOnlySpan<T>(), y = b.ReadOnlySpan<T>();
        T factor = alpha.ReadOnlySpan<T>()[0];
        var z = result.Span<T>();
        for (int i = 0; i < z.Length; i++)
            z[i] = TOperation.Of(x[Place(i, result.Sizes, a.Sizes)], y[Place(i, result.Sizes, b.Sizes)], factor);
    }

    private static Tensor Combine(Tensor a, Tensor b, Func<bool, bool, bool> operation)
    {
        var result = Tensor.Empty(DType.Bool, Broadcast.Sizes(a.Sizes, b.Sizes));
        for (int i = 0; i < result.Elements; i++)
        {
            bool x = a.ReadOnlySpan<bool>()[Place(i, result.Sizes, a.Sizes)], y = b.ReadOnlySpan<bool>()[Place(i, result.Sizes, b.Sizes)];
            result.Span<bool>()[i] = operation(x, y);
        }

        return result;
    }

    private static Tensor Operand(Tensor operand, DType dtype)
    {
        if (operand.Rank > 0 && !operand.DType.IsFloating())
            operand = Scratch.As(operand, dtype);
        return Scratch.As(operand, Widened.Of(dtype));
    }

    // Which element of an operand an element of the result takes: sizes are aligned at their ends, and a size of 1 is repeated.
    private static int Place(int element, ReadOnlySpan<long> sizes, ReadOnlySpan<long> own)
    {
        long rest = element, place = 0, stride = 1;
        for (int fromEnd = 1; fromEnd <= own.Length; fromEnd++)
        {
            if (own[^fromEnd] != 1)
                place += rest % sizes[^fromEnd] * stride;
            rest /= sizes[^fromEnd];
            stride *= own[^fromEnd];
        }

        return (int)place;
    }

    private readonly struct Sum : IOperation
    {
        public static T Of<T>(T a, T b, T alpha)
            where T : INumber<T> => a + (alpha * b);
    }

    private readonly struct Difference : IOperation
    {
        public static T Of<T>(T a, T b, T alpha)
            where T : INumber<T> => a - (alpha * b);
    }

    private readonly struct Product : IOperation
    {
        public static T Of<T>(T a, T b, T alpha)
            where T : INumber<T> => a * b;
    }

    private readonly struct Quotient : IOperation
    {
        public static T Of<T>(T a, T b, T alpha)
            where T : INumber<T> => a / b;
    }
}
