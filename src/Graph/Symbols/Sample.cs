namespace Evergraph.Graph;

/// <summary>
/// Values at a few assignments, to give up early on what cannot be proven. An example never proves anything: a
/// negative value only says that a proof of p >= 0 would be looked for in vain.
/// </summary>
internal static class Sample
{
    private const int Points = 6;
    private static readonly Int128 Most = Int128.One << 60;

    public static bool IsNegativeSomewhere(Dim p)
    {
        for (int point = 0; point < Points; point++)
        {
            if (TryEvaluate(p, point, out Int128 value) && value < 0)
                return true;
        }
        return false;
    }

    private static bool TryEvaluate(Dim dim, int point, out Int128 value)
    {
        value = dim.Constant;
        foreach (Term term in dim.Polynomial is null ? [] : dim.Polynomial.Terms)
        {
            Int128 product = term.Coefficient;
            foreach (Factor factor in term.Monomial.Factors)
            {
                if (!TryEvaluate(factor.Atom, point, out Int128 atom))
                    return false;
                for (int i = 0; i < factor.Power; i++)
                {
                    if (Int128.Abs(product) > Most || Int128.Abs(atom) > Most)
                        return false;
                    product *= atom;
                }
            }
            value += product;
            if (Int128.Abs(value) > Most)
                return false;
        }
        return true;
    }

    private static bool TryEvaluate(Atom atom, int point, out Int128 value)
    {
        value = 0;
        switch (atom)
        {
            case SymbolAtom symbol:
                value = ValueOf(symbol.Symbol, point);
                return true;
            case FloorDivisionAtom division:
                if (!TryEvaluate(division.Dividend, point, out Int128 a) || !TryEvaluate(division.Divisor, point, out Int128 b) || b == 0)
                    return false;
                value = b > 0 ? Interval.Floor(a, b) : Interval.Floor(-a, -b);
                return true;
            default:
                var extremum = (ExtremumAtom)atom;
                for (int i = 0; i < extremum.Arguments.Length; i++)
                {
                    if (!TryEvaluate(extremum.Arguments[i], point, out Int128 argument))
                        return false;
                    value = i == 0 ? argument : extremum.Kind == AtomKind.Minimum ? Int128.Min(value, argument) : Int128.Max(value, argument);
                }
                return true;
        }
    }

    // Both ends, next to the lower end, and mixtures of ends by the letters of the name; an open end is looked at 1000 away.
    private static long ValueOf(Symbol symbol, int point)
    {
        long low = symbol.Min != long.MinValue ? symbol.Min : symbol.Max == Symbol.Unbounded ? -500 : Math.Max(symbol.Max, long.MinValue + 1000) - 1000;
        long high = symbol.Max != Symbol.Unbounded ? symbol.Max : low > long.MaxValue - 1000 ? low : low + 1000;
        bool odd = symbol.Name[^1] % 2 == 1;
        return point switch
        {
            0 => low,
            1 => high,
            2 => odd ? low : high,
            3 => odd ? high : low,
            4 => low < high ? low + 1 : low,
            _ => low <= high - 3 ? low + 3 : high,
        };
    }
}
