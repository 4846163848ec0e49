namespace Evergraph.Graph;

/// <summary>
/// The last attempt on a difference with floor-divisions by numbers: with L the least common multiple of the divisors,
/// each symbol inside them is s = L*t + r for one r in 0..L-1. For each r the divisions disappear or simplify; an
/// answer that is the same for all r is the answer. So s // 2 + (s + 1) // 2 == s is shown.
/// </summary>
internal static class ResidueSplit
{
    private const int MostCases = 8;

    /// <summary>Whether difference == 0 (<paramref name="equality"/>), or difference >= 0.</summary>
    public static Truth Decide(Dim difference, bool equality)
    {
        long modulus = 1;
        var symbols = new List<Symbol>();
        if (!Collect(difference, ref modulus, symbols) || modulus == 1)
            return Truth.Unknown;
        long cases = 1;
        foreach (Symbol _ in symbols)
        {
            cases *= modulus;
            if (cases > MostCases)
                return Truth.Unknown;
        }
        Truth? answer = null;
        for (long index = 0; index < cases; index++)
        {
            Truth? truth = DecideCase(difference, equality, symbols, modulus, index);
            if (truth is null)
                continue;
            if (truth == Truth.Unknown || (answer is not null && answer != truth))
                return Truth.Unknown;
            answer = truth;
        }
        return answer ?? Truth.Unknown;
    }

    // Null when no value in range has these residues.
    private static Truth? DecideCase(Dim difference, bool equality, List<Symbol> symbols, long modulus, long index)
    {
        var parts = new Dim[symbols.Count];
        for (int i = 0; i < parts.Length; i++)
        {
            Symbol symbol = symbols[i];
            long residue = index % modulus;
            index /= modulus;
            long min = symbol.Min == long.MinValue ? symbol.Min : -Checked.FloorDivide(Checked.Subtract(residue, symbol.Min), modulus);
            long max = symbol.Max == Symbol.Unbounded ? symbol.Max : Checked.FloorDivide(Checked.Subtract(symbol.Max, residue), modulus);
            if (min > max)
                return null;
            parts[i] = new Symbol(symbol.Name, min, max, symbol.Kind) * (Dim)modulus + residue;
        }
        Dim inCase = difference.Substitute(symbol => symbols.IndexOf(symbol) is >= 0 and int at ? parts[at] : symbol);
        return Prover.Without(inCase, equality);
    }

    private static bool Collect(Dim dim, ref long modulus, List<Symbol> symbols)
    {
        if (dim.Polynomial is null)
            return true;
        foreach (Term term in dim.Polynomial.Terms)
        {
            foreach (Factor factor in term.Monomial.Factors)
            {
                if (factor.Atom is ExtremumAtom extremum)
                {
                    foreach (Dim argument in extremum.Arguments)
                    {
                        if (!Collect(argument, ref modulus, symbols))
                            return false;
                    }
                }
                if (factor.Atom is not FloorDivisionAtom floor)
                    continue;
                if (!floor.Divisor.TryGetConstant(out long divisor) || divisor > MostCases)
                    return false;
                modulus = modulus / Checked.GreatestCommonDivisor(modulus, divisor) * divisor;
                if (modulus > MostCases || !Collect(floor.Dividend, ref modulus, symbols))
                    return false;
                floor.Dividend.CollectSymbols(symbols);
            }
        }
        return true;
    }
}
