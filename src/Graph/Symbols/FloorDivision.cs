namespace Evergraph.Graph;

/// <summary>
/// The canonical form of floor(a/b). With [x] for floor(x), for integers and b > 0:
/// <code>
/// [(b*q + r)/b]     = q + [r/b]                 what b divides is taken out
/// [(g*x + c)/(g*b)] = [(x + [c/g])/b]           common factors go
/// [(g*x + r)/(g*b)] = [x/b]   when 0 &lt;= r &lt; g is proven, as of a place in a row of g
/// [([x/c] + y)/b]   = [(x + c*y)/(c*b)]         nested divisions become one (c > 0)
/// [-x/b]            = -[(x - 1)/b] - 1          the leading coefficient is positive
/// [x/b]             = k   when k*b &lt;= x &lt; (k + 1)*b is proven
/// </code>
/// For b &lt; 0, [a/b] = [-a/-b]. A divisor of unknown sign may be zero, and then nothing is simplified.
/// </summary>
internal static class FloorDivision
{
    // Each round removes at least a leading term or a level of nesting; this only stops what is made to be slow.
    private const int Rounds = 256;

    public static Dim Create(Dim a, Dim b)
    {
        if (b.Polynomial is null)
        {
            if (a.Polynomial is null)
                return Checked.FloorDivide(a.Constant, b.Constant);
            if (b.Constant == 0)
                throw new DimDivideByZeroException($"symbolic size: ({a}) // 0 has no value; give the divisor's symbol a range that starts at 1");
            return b.Constant < 0 ? ByConstant(-a, Checked.Negate(b.Constant)) : ByConstant(a, b.Constant);
        }
        if (IsPositive(b))
            return ByPolynomial(a, b);
        return IsPositive(-b) ? ByPolynomial(-a, -b) : Atom(a, b);
    }

    /// <summary>b >= 1 for every value of the symbols.</summary>
    public static bool IsPositive(Dim b) => b.Interval.Low >= 1 || Nonnegativity.Holds(b - 1);

    private static Dim ByConstant(Dim a, long b)
    {
        Dim result = 0;
        bool negated = false;
        for (int round = 0; a.Polynomial is not null; round++)
        {
            DimLimits.Check(round, Rounds, "steps of simplification");
            long common = Checked.GreatestCommonDivisor(b, a.Polynomial.Content());
            a = new Dim(a.Polynomial.DivideExactly(common), Checked.FloorDivide(a.Constant, common));
            b /= common;
            if (b == 1)
                return Signed(result, a, negated);

            Interval quotient = a.Interval.FloorDivide(Interval.Of(b));
            if (quotient.Low == quotient.High && quotient.HasLow && Int128.Abs(quotient.Low) <= long.MaxValue)
                return Signed(result, (long)quotient.Low, negated);

            if (TryMergeNested(ref a, b, out Dim product))
            {
                if (product.Polynomial is not null)
                    return Signed(result, Create(a, product), negated);
                b = product.Constant;
                continue;
            }

            Dim whole = TakeOut(a, b);
            if (!whole.Equals(0))
            {
                result += negated ? -whole : whole;
                a -= whole * b;
                continue;
            }
            if (TryDropRemainder(ref a, b))
                continue;
            if (a.Polynomial!.Leading.Coefficient > 0)
                return Signed(result, Atom(a, b), negated);
            a = -a - 1;
            result -= 1;
            negated = !negated;
        }
        return Signed(result, Checked.FloorDivide(a.Constant, b), negated);
    }

    private static Dim ByPolynomial(Dim a, Dim b)
    {
        Dim result = 0;
        bool negated = false;
        for (int round = 0; ; round++)
        {
            DimLimits.Check(round, Rounds, "steps of simplification");
            RemoveCommonFactors(ref a, ref b);
            if (b.Polynomial is null)
                return Signed(result, Create(a, b), negated);
            if (TryMergeNested(ref a, 1, out Dim inner))
                return Signed(result, Create(a, inner * b), negated);
            if (TryTakeOutLeading(a, b, out Dim whole))
            {
                result += negated ? -whole : whole;
                a -= whole * b;
                continue;
            }
            if (TryDropRemainder(ref a, Checked.GreatestCommonDivisor(b.Polynomial.Content(), b.Constant)))
                continue;
            bool negative = a.Polynomial is null ? a.Constant < 0 : a.Polynomial.Leading.Coefficient < 0;
            if (!negative)
                break;
            a = -a - 1;
            result -= 1;
            negated = !negated;
        }
        if (Nonnegativity.Holds(a) && Nonnegativity.Holds(b - 1 - a))
            return result;
        return Signed(result, Atom(a, b), negated);
    }

    private static Dim Signed(Dim result, Dim quotient, bool negated) => negated ? result - quotient : result + quotient;

    private static Dim Atom(Dim a, Dim b) => new(new FloorDivisionAtom(a, b).AsPolynomial, 0);

    /// <summary>
    /// The q that leaves coefficients of a - b*q within (-b/2, b/2] and its constant within [0, b). The leading
    /// coefficient may stay at -b/2, so that [-n/2] becomes -[(n + 1)/2], as for other divisors, and not [n/2] - n.
    /// </summary>
    private static Dim TakeOut(Dim a, long b)
    {
        Term[] terms = a.Polynomial!.Terms;
        List<Term>? whole = null;
        foreach (Term term in terms)
        {
            long quotient = Nearest(term.Coefficient, b);
            if (term.Monomial == terms[0].Monomial && term.Coefficient < 0 && 2 * (term.Coefficient - b * quotient) == b)
                quotient++;
            if (quotient != 0)
                (whole ??= new List<Term>(terms.Length)).Add(new Term(quotient, term.Monomial));
        }
        return new Dim(whole is null ? null : new Polynomial([.. whole]), Checked.FloorDivide(a.Constant, b));
    }

    /// <summary>
    /// Takes from a one term r that, with the constant's remainder, lies within [0, g), where g > 1 divides all other terms of a, and b.
    /// What remains is a multiple of g.
    /// </summary>
    private static bool TryDropRemainder(ref Dim a, long b)
    {
        var terms = a.Polynomial is null ? [] : a.Polynomial.Terms;
        for (int i = 0; i < terms.Length && terms.Length > 1; i++)
        {
            long divisor = b;
            for (int j = 0; j < terms.Length && divisor > 1; j++)
                divisor = j == i ? divisor : Checked.GreatestCommonDivisor(divisor, terms[j].Coefficient);
            if (divisor <= 1 || terms[i].Coefficient % divisor == 0)
                continue;
            Dim term = new(new Polynomial([terms[i]]), a.Constant - (divisor * Checked.FloorDivide(a.Constant, divisor)));
            if (term.Interval.Low < 0 || term.Interval.High >= divisor || !term.Interval.HasLow || !term.Interval.HasHigh)
                continue;
            a -= term;
            return true;
        }

        return false;
    }

    /// <summary>The quotient whose remainder lies within (-b/2, b/2], for b > 0.</summary>
    private static long Nearest(long coefficient, long b)
    {
        long quotient = Checked.FloorDivide(coefficient, b);
        long remainder = coefficient - b * quotient;
        return remainder > b - remainder ? quotient + 1 : quotient;
    }

    /// <summary>±[x/c] + y with one floor-division becomes [a/product] with product = c*b.</summary>
    private static bool TryMergeNested(ref Dim a, long b, out Dim product)
    {
        product = default;
        FloorDivisionAtom? nested = null;
        long sign = 0;
        foreach (Term term in a.Polynomial is null ? [] : a.Polynomial.Terms)
        {
            foreach (Factor factor in term.Monomial.Factors)
            {
                if (factor.Atom.Kind != AtomKind.FloorDivision)
                    continue;
                if (nested is not null || term.Monomial.SingleAtom is null || Math.Abs(term.Coefficient) != 1)
                    return false;
                nested = (FloorDivisionAtom)factor.Atom;
                sign = term.Coefficient;
            }
        }
        if (nested is null || !IsPositive(nested.Divisor))
            return false;
        Dim c = nested.Divisor;
        // The constants alone may be too large to multiply; then the nested form stays.
        if (c.Polynomial is null && Math.BigMul(c.Constant, b, out long _) != 0)
            return false;
        product = c * b;
        if (product.Polynomial is null && product.Constant <= 0)
            return false;
        Dim rest = new(Polynomial.AddScaled(a.Polynomial, -sign, nested.AsPolynomial), a.Constant);
        // -[x/c] = [(c - 1 - x)/c].
        a = (sign > 0 ? nested.Dividend : c - 1 - nested.Dividend) + c * rest;
        return true;
    }

    /// <summary>One multiple of b that removes or shrinks the greatest term of a that the leading term of b divides.</summary>
    private static bool TryTakeOutLeading(Dim a, Dim b, out Dim whole)
    {
        Term leading = b.Polynomial!.Leading;
        foreach (Term term in a.Polynomial is null ? [] : a.Polynomial.Terms)
        {
            if (!term.Monomial.TryDivide(leading.Monomial, out Monomial? quotient))
                continue;
            long factor = leading.Coefficient > 0
                ? Nearest(term.Coefficient, leading.Coefficient)
                : Checked.Negate(Nearest(term.Coefficient, Checked.Negate(leading.Coefficient)));
            if (factor == 0)
                continue;
            whole = quotient is null ? factor : new Dim(new Polynomial([new Term(factor, quotient)]), 0);
            return true;
        }
        whole = default;
        return false;
    }

    private static void RemoveCommonFactors(ref Dim a, ref Dim b)
    {
        long common = Checked.GreatestCommonDivisor(b.Polynomial!.Content(), b.Constant);
        if (a.Polynomial is not null)
            common = Checked.GreatestCommonDivisor(common, a.Polynomial.Content());
        if (common > 1)
        {
            a = new Dim(a.Polynomial?.DivideExactly(common), Checked.FloorDivide(a.Constant, common));
            b = new Dim(b.Polynomial.DivideExactly(common), b.Constant / common);
        }
        // b > 0 is proven, so a factor of b is never zero and may be cancelled.
        if (b.Constant != 0 || a.Constant != 0 || a.Polynomial is null)
            return;
        foreach (Factor factor in b.Polynomial!.Leading.Monomial.Factors)
        {
            Monomial atom = factor.Atom.AsMonomial;
            if (TryDivide(b.Polynomial, atom, out Dim restOfB) && TryDivide(a.Polynomial, atom, out Dim restOfA) && IsPositive(restOfB))
            {
                a = restOfA;
                b = restOfB;
                if (b.Polynomial is not null && a.Polynomial is not null)
                    RemoveCommonFactors(ref a, ref b);
                return;
            }
        }
    }

    /// <summary>polynomial / divisor, when the divisor is in every term.</summary>
    internal static bool TryDivide(Polynomial polynomial, Monomial divisor, out Dim quotient)
    {
        quotient = default;
        var terms = new Term[polynomial.Terms.Length];
        int count = 0;
        long constant = 0;
        foreach (Term term in polynomial.Terms)
        {
            if (!term.Monomial.TryDivide(divisor, out Monomial? rest))
                return false;
            if (rest is null)
                constant = term.Coefficient;
            else
                terms[count++] = new Term(term.Coefficient, rest);
        }
        Array.Resize(ref terms, count);
        quotient = new Dim(count == 0 ? null : new Polynomial(terms), constant);
        return true;
    }
}
