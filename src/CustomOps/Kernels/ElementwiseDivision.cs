using System.Numerics;

namespace Evergraph.CustomOps.Kernels;

/// <summary>a / b.</summary>
public readonly struct DivideOperation : IFloatOperation
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Divide(a, b, y);
}

/// <summary>a / b rounded towards zero.</summary>
/// <exception cref="EvergraphException">An integer is divided by zero.</exception>
public readonly struct DivideTruncatingOperation : IFloatOperation, IIntegerOperation
{
    void IFloatOperation.Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
    {
        TensorPrimitives.Divide(a, b, y);
        TensorPrimitives.Truncate(y, y);
    }

    void IIntegerOperation.Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
    {
        for (int i = 0; i < a.Length; i++)
            y[i] = Quotient(a[i], b[i]);
    }

    internal static T Quotient<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (T.IsZero(b))
            throw new EvergraphException("an integer is divided by zero: expected a divisor that is not 0; divide floating-point tensors for inf and nan");
        // The processor traps at the smallest integer divided by −1, which wraps to itself.
        return b + T.One == T.Zero && T.IsNegative(b) ? T.Zero - a : a / b;
    }
}

/// <summary>a / b rounded down.</summary>
/// <exception cref="EvergraphException">An integer is divided by zero.</exception>
public readonly struct DivideFlooringOperation : IFloatOperation, IIntegerOperation
{
    void IFloatOperation.Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
    {
        for (int i = 0; i < a.Length; i++)
            y[i] = Floor(a[i], b[i]);
    }

    void IIntegerOperation.Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
    {
        for (int i = 0; i < a.Length; i++)
        {
            T quotient = DivideTruncatingOperation.Quotient(a[i], b[i]);
            // Truncation rounded up where the signs differ and something is left over.
            bool roundedUp = T.IsNegative(a[i]) != T.IsNegative(b[i]) && quotient * b[i] != a[i];
            y[i] = roundedUp ? quotient - T.One : quotient;
        }
    }

    // As Python's floor division of floats: exact remainder first, so that 1 // 0.1 is 9 although 1 / 0.1 rounds to 10.
    private static T Floor<T>(T a, T b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsZero(b))
            return a / b;
        T remainder = a % b;
        T quotient = (a - remainder) / b;
        if (!T.IsZero(remainder) && T.IsNegative(b) != T.IsNegative(remainder))
            quotient -= T.One;
        if (T.IsZero(quotient))
            return T.CopySign(T.Zero, a / b);
        T floor = T.Floor(quotient);
        return quotient - floor > T.CreateTruncating(0.5) ? floor + T.One : floor;
    }
}
