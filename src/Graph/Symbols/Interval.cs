namespace Evergraph.Graph;

/// <summary>
/// A closed interval of integers whose ends may be infinite. Finite ends stay within ±2^63, so that a product of two
/// fits in 128 bits; an end beyond is moved outwards (to infinity) or, on the side where that would be unsound,
/// inwards to ±2^63: the interval always contains every value it stands for.
/// </summary>
internal readonly struct Interval
{
    // Not two Int128: where they lie in a type is not known to the compiler that runs ahead of time, so every method that looks into such a type
    // would be compiled anew in each process.
    private readonly ulong _lowUpper;
    private readonly ulong _lowLower;
    private readonly ulong _highUpper;
    private readonly ulong _highLower;

    public Interval(Int128 low, Int128 high)
    {
        (_lowUpper, _lowLower) = ((ulong)(low >> 64), (ulong)low);
        (_highUpper, _highLower) = ((ulong)(high >> 64), (ulong)high);
    }

    public static readonly Int128 Infinity = Int128.One << 120;
    public static readonly Interval All = new(-Infinity, Infinity);
    private static readonly Int128 Finite = Int128.One << 63;

    public Int128 Low => new(_lowUpper, _lowLower);
    public Int128 High => new(_highUpper, _highLower);

    public bool HasLow => Low != -Infinity;
    public bool HasHigh => High != Infinity;

    public static Interval Of(long value) => new(value, value);

    public static Interval Of(Symbol symbol) => new(
        symbol.Min == long.MinValue ? -Infinity : symbol.Min,
        symbol.Max == Symbol.Unbounded ? Infinity : symbol.Max);

    public static Interval operator +(Interval a, Interval b) => new(
        a.HasLow && b.HasLow ? ClampLow(a.Low + b.Low) : -Infinity,
        a.HasHigh && b.HasHigh ? ClampHigh(a.High + b.High) : Infinity);

    public static Interval operator -(Interval a) => new(-a.High, -a.Low);

    public static Interval operator *(Interval a, Interval b)
    {
        if (a.Low >= 0 && b.Low >= 0)
            return new(ClampLow(Product(a.Low, b.Low)), ClampHigh(Product(a.High, b.High)));
        Int128 p = Product(a.Low, b.Low);
        Int128 q = Product(a.Low, b.High);
        Int128 r = Product(a.High, b.Low);
        Int128 s = Product(a.High, b.High);
        return new(
            ClampLow(Int128.Min(Int128.Min(p, q), Int128.Min(r, s))),
            ClampHigh(Int128.Max(Int128.Max(p, q), Int128.Max(r, s))));
    }

    public Interval Scale(long factor) => this * Of(factor);

    public Interval Power(int exponent)
    {
        Interval result = this;
        for (int i = 1; i < exponent; i++)
            result *= this;
        // An even power is not negative; repeated multiplication forgets that both factors are the same.
        return exponent % 2 == 0 && result.Low < 0 ? new(Int128.Zero, result.High) : result;
    }

    public Interval Intersect(Interval other) => new(Int128.Max(Low, other.Low), Int128.Min(High, other.High));

    /// <summary>floor(a/b) for every a here and every nonzero b there.</summary>
    public Interval FloorDivide(Interval divisor)
    {
        if (divisor.High < 0)
            return (-this).FloorDivide(-divisor);
        if (divisor.Low < 0)
        {
            // |floor(a/b)| <= |a| for |b| >= 1.
            Int128 magnitude = Int128.Max(Int128.Abs(Low), Int128.Abs(High));
            return new(-magnitude, magnitude);
        }
        Int128 least = Int128.Max(divisor.Low, 1);
        Int128 most = Int128.Max(divisor.High, 1);
        Int128 low = !HasLow ? -Infinity : Floor(Low, Low >= 0 ? most : least);
        Int128 high = !HasHigh ? Infinity : Floor(High, High >= 0 ? least : most);
        return new(low, high);
    }

    public static Interval Min(Interval a, Interval b) => new(Int128.Min(a.Low, b.Low), Int128.Min(a.High, b.High));

    public static Interval Max(Interval a, Interval b) => new(Int128.Max(a.Low, b.Low), Int128.Max(a.High, b.High));

    public DimRange ToRange() => new(
        Low <= long.MinValue ? long.MinValue : Low >= long.MaxValue ? long.MaxValue : (long)Low,
        High >= long.MaxValue ? long.MaxValue : High <= long.MinValue ? long.MinValue : (long)High);

    /// <summary>The largest integer not above a/b, for b > 0.</summary>
    public static Int128 Floor(Int128 a, Int128 b)
    {
        (Int128 quotient, Int128 remainder) = Int128.DivRem(a, b);
        return remainder < 0 ? quotient - 1 : quotient;
    }

    private static Int128 Product(Int128 a, Int128 b)
    {
        if (a == 0 || b == 0)
            return Int128.Zero;
        if (Int128.Abs(a) == Infinity || Int128.Abs(b) == Infinity)
            return a < 0 == b < 0 ? Infinity : -Infinity;
        return a * b;
    }

    private static Int128 ClampLow(Int128 low) => low < -Finite ? -Infinity : low > Finite ? Finite : low;

    private static Int128 ClampHigh(Int128 high) => high > Finite ? Infinity : high < -Finite ? -Finite : high;
}
