namespace Evergraph.Graph;

/// <summary>Intervals that hold every value of an expression.</summary>
internal static class Bounds
{
    private const int MostTerms = 64;
    private const int MostEliminations = 4;

    /// <summary>The interval of a polynomial without its constant.</summary>
    public static Interval Of(Polynomial polynomial) => Of(polynomial, MostEliminations);

    /// <summary>As the plain interval; an end that is left open is tried again by proof against 0 and 1.</summary>
    public static Interval Proven(Dim dim)
    {
        Interval interval = dim.Interval;
        if (dim.Polynomial is null || (interval.HasLow && interval.HasHigh))
            return interval;
        Int128 low = interval.Low;
        Int128 high = interval.High;
        if (!interval.HasLow)
            low = Nonnegativity.HoldsForDifference(dim, 1) ? 1 : Nonnegativity.HoldsForDifference(dim, 0) ? 0 : low;
        if (!interval.HasHigh)
            high = Nonnegativity.HoldsForDifference(-1, dim) ? -1 : Nonnegativity.HoldsForDifference(0, dim) ? 0 : high;
        return new Interval(low, high);
    }

    private static Interval Of(Polynomial polynomial, int eliminations)
    {
        Interval result = polynomial.Terms[0].Monomial.Interval.Scale(polynomial.Terms[0].Coefficient);
        for (int i = 1; i < polynomial.Terms.Length; i++)
            result += polynomial.Terms[i].Monomial.Interval.Scale(polynomial.Terms[i].Coefficient);
        // Term by term forgets that terms move together: n - 4*(n // 4) is a remainder, in 0..3. So each
        // floor-division q = a // b is written as (a - m)/b with m in 0..b-1, and the better ends are kept.
        if (eliminations == 0 || polynomial.Terms.Length is 1 or > MostTerms)
            return result;
        foreach (Term term in polynomial.Terms)
        {
            foreach (Factor factor in term.Monomial.Factors)
            {
                if (factor.Atom is FloorDivisionAtom atom && factor.Power == 1 && WithoutFloor(polynomial, atom, eliminations - 1) is { } other)
                    return result.Intersect(other);
            }
        }
        return result;
    }

    // p = A + B*q. Where b divides B: p = A + (B/b)*(a - m). Otherwise, for a number b: b*p = b*A + B*(a - m).
    private static Interval? WithoutFloor(Polynomial polynomial, FloorDivisionAtom atom, int eliminations)
    {
        Dim b = atom.Divisor;
        if (b.Interval.Low < 1 || !Split.Linear(new Dim(polynomial, 0), atom, out Dim rest, out Dim factor))
            return null;
        try
        {
            long scale = 1;
            if (!Split.TryDivideExactly(factor, b, out Dim quotient))
            {
                if (!b.TryGetConstant(out scale))
                    return null;
                quotient = factor;
            }
            Dim smooth = rest * scale + quotient * atom.Dividend;
            Interval main = smooth.Polynomial is null ? Interval.Of(smooth.Constant) : Of(smooth.Polynomial, eliminations) + Interval.Of(smooth.Constant);
            Interval remainder = new(Int128.Zero, b.Interval.HasHigh ? b.Interval.High - 1 : Interval.Infinity);
            Interval scaled = main + -(quotient.Interval * remainder);
            return scale == 1
                ? scaled
                : new Interval(
                    scaled.HasLow ? -Interval.Floor(-scaled.Low, scale) : scaled.Low,
                    scaled.HasHigh ? Interval.Floor(scaled.High, scale) : scaled.High);
        }
        catch (EvergraphException error) when (error is DimOverflowException or DimLimitException)
        {
            // The rewritten form is larger than the given one; without it the bounds are only wider.
            return null;
        }
    }
}
