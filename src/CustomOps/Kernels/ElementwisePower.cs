using System.Numerics;

namespace Evergraph.CustomOps.Kernels;

/// <summary>aᵇ.</summary>
public readonly struct PowerOperation : IFloatOperation, IIntegerOperation
{
    void IFloatOperation.Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
    {
        // Not TensorPrimitives.Pow: it is exp(b · log a), which is NaN for a negative base.
        for (int i = 0; i < a.Length; i++)
            y[i] = T.Pow(a[i], b[i]);
    }

    void IIntegerOperation.Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
    {
        for (int i = 0; i < a.Length; i++)
            y[i] = OfIntegers(a[i], b[i]);
    }

    // Squares and multiplies; the low bits are right whatever overflows. A negative exponent leaves 1/aⁿ truncated: 0, but
    // for a base of 1 and −1.
    private static T OfIntegers<T>(T number, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (T.IsNegative(exponent))
        {
            if (number == T.One)
                return T.One;
            return number + T.One == T.Zero ? (T.IsEvenInteger(exponent) ? T.One : number) : T.Zero;
        }

        T result = T.One;
        while (!T.IsZero(exponent))
        {
            if (T.IsOddInteger(exponent))
                result *= number;
            number *= number;
            exponent >>= 1;
        }

        return result;
    }
}

/// <summary>xⁿ for one exponent; small and half exponents are products and roots, as in PyTorch.</summary>
/// <param name="exponent">n.</param>
public readonly struct PowerOfFunction(double exponent) : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (exponent)
        {
            case 2:
                TensorPrimitives.Multiply(x, x, y);
                break;
            case 3:
                TensorPrimitives.Multiply(x, x, y);
                TensorPrimitives.Multiply(y, x, y);
                break;
            case 0.5:
                TensorPrimitives.Sqrt(x, y);
                break;
            case -0.5:
                TensorPrimitives.Sqrt(x, y);
                TensorPrimitives.Divide(T.One, y, y);
                break;
            case -1:
                TensorPrimitives.Divide(T.One, x, y);
                break;
            case -2:
                TensorPrimitives.Multiply(x, x, y);
                TensorPrimitives.Divide(T.One, y, y);
                break;
            default:
                T power = T.CreateTruncating(exponent);
                for (int i = 0; i < x.Length; i++)
                    y[i] = T.Pow(x[i], power);
                break;
        }
    }
}
