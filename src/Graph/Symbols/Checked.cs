namespace Evergraph.Graph;

/// <summary>64-bit integer arithmetic that raises <see cref="DimOverflowException"/> and rounds down.</summary>
internal static class Checked
{
    public static long Add(long a, long b)
    {
        long sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) < 0 ? throw Overflow(a, "+", b) : sum;
    }

    public static long Subtract(long a, long b)
    {
        long difference = unchecked(a - b);
        return ((a ^ b) & (a ^ difference)) < 0 ? throw Overflow(a, "-", b) : difference;
    }

    public static long Multiply(long a, long b)
    {
        long high = Math.BigMul(a, b, out long low);
        return high != low >> 63 ? throw Overflow(a, "*", b) : low;
    }

    public static long Negate(long a) => a == long.MinValue ? throw Overflow(0, "-", a) : -a;

    /// <summary>The largest integer not above a/b (C# truncates towards zero instead).</summary>
    public static long FloorDivide(long a, long b)
    {
        if (b == 0)
            throw new DimDivideByZeroException($"symbolic size: {a} // 0 has no value; give the divisor's symbol a range that starts at 1");
        if (b == -1)
            return Negate(a);
        (long quotient, long remainder) = Math.DivRem(a, b);
        return remainder != 0 && (remainder < 0) != (b < 0) ? quotient - 1 : quotient;
    }

    public static long GreatestCommonDivisor(long a, long b)
    {
        ulong x = Magnitude(a);
        ulong y = Magnitude(b);
        while (y != 0)
            (x, y) = (y, x % y);
        // Only gcd(0, long.MinValue) and gcd(long.MinValue, long.MinValue) do not fit; 1 divides everything.
        return x > long.MaxValue ? 1 : (long)x;
    }

    private static ulong Magnitude(long a) => a < 0 ? unchecked((ulong)-a) : (ulong)a;

    private static DimOverflowException Overflow(long a, string operation, long b) =>
        new($"symbolic size: {a} {operation} {b} does not fit in 64 bits; the ranges of the symbols, or the constants of the model, are too large");
}
