namespace Evergraph.Graph;

/// <summary>
/// The canonical form of min and max. Nested ones of the same kind are flattened; an argument that is proven never to
/// decide is dropped; what all arguments share is taken out:
/// min(a + c, b + c) = min(a, b) + c, with c chosen so that the least coefficient of each monomial over the arguments
/// is 0, and min(g*a, g*b) = g*min(a, b) for a common factor g > 0.
/// </summary>
internal static class Extremum
{
    private const int Rounds = 8;

    public static Dim Create(AtomKind kind, params ReadOnlySpan<Dim> given)
    {
        if (given.IsEmpty)
            throw new ArgumentException("a minimum or maximum needs at least one size, given none", nameof(given));
        if (given.Length == 1)
            return given[0];
        if (given.Length == 2 && given[0].IsConstant && given[1].IsConstant)
        {
            return kind == AtomKind.Minimum
                ? Math.Min(given[0].Constant, given[1].Constant)
                : Math.Max(given[0].Constant, given[1].Constant);
        }
        // The result is shared + factor*extremum(arguments). Taking something out may uncover a nested one.
        Dim shared = 0;
        long factor = 1;
        List<Dim> arguments = [.. given];
        for (int round = 0; round < Rounds; round++)
        {
            List<Dim> nested = arguments;
            arguments = new List<Dim>(nested.Count);
            foreach (Dim argument in nested)
                Flatten(kind, argument, arguments);
            DimLimits.Check(arguments.Count, DimLimits.Arguments, "arguments of a minimum or maximum");
            DropDominated(kind, arguments);
            if (arguments.Count == 1)
                return arguments[0] * factor + shared;
            Dim taken = TakeOutShared(arguments);
            long common = TakeOutFactor(arguments);
            shared += taken * factor;
            factor = Checked.Multiply(factor, common);
            if (taken.Equals(0) && common == 1)
                break;
        }
        arguments.Sort(Dim.Compare);
        return new Dim(new ExtremumAtom(kind, [.. arguments]).AsPolynomial, 0) * factor + shared;
    }

    // min(min(a, b) + c, d) = min(a + c, b + c, d).
    private static void Flatten(AtomKind kind, Dim argument, List<Dim> arguments)
    {
        // No 64-bit integer is above long.MaxValue (the open end of a slice) or below long.MinValue.
        if (argument.IsConstant && argument.Constant == (kind == AtomKind.Minimum ? long.MaxValue : long.MinValue) && arguments.Count > 0)
            return;
        if (arguments.Count == 1 && arguments[0].IsConstant && arguments[0].Constant == (kind == AtomKind.Minimum ? long.MaxValue : long.MinValue))
            arguments.Clear();
        ExtremumAtom? nested = null;
        foreach (Term term in argument.Polynomial is null ? [] : argument.Polynomial.Terms)
        {
            if (term.Coefficient == 1 && term.Monomial.SingleAtom is ExtremumAtom atom && atom.Kind == kind)
            {
                nested = atom;
                break;
            }
        }
        if (nested is null || arguments.Count + nested.Arguments.Length > DimLimits.Arguments)
        {
            arguments.Add(argument);
            return;
        }
        Dim rest = new(Polynomial.AddScaled(argument.Polynomial, -1, nested.AsPolynomial), argument.Constant);
        foreach (Dim inner in nested.Arguments)
            Flatten(kind, inner + rest, arguments);
    }

    private static void DropDominated(AtomKind kind, List<Dim> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            for (int j = arguments.Count - 1; j >= 0; j--)
            {
                if (i == j)
                    continue;
                bool dominated = kind == AtomKind.Minimum
                    ? Nonnegativity.HoldsForDifference(arguments[j], arguments[i])
                    : Nonnegativity.HoldsForDifference(arguments[i], arguments[j]);
                if (!dominated)
                    continue;
                arguments.RemoveAt(j);
                if (j < i)
                    i--;
            }
        }
    }

    private static Dim TakeOutShared(List<Dim> arguments)
    {
        long constant = long.MaxValue;
        foreach (Dim argument in arguments)
            constant = Math.Min(constant, argument.Constant);
        Polynomial? terms = null;
        foreach (Dim argument in arguments)
        {
            foreach (Term term in argument.Polynomial is null ? [] : argument.Polynomial.Terms)
            {
                if (terms is not null && CoefficientOf(terms, term.Monomial) != 0)
                    continue;
                long least = term.Coefficient;
                foreach (Dim other in arguments)
                    least = Math.Min(least, other.Polynomial is null ? 0 : CoefficientOf(other.Polynomial, term.Monomial));
                if (least != 0)
                    terms = Polynomial.AddScaled(terms, 1, new Polynomial([new Term(least, term.Monomial)]));
            }
        }
        var shared = new Dim(terms, constant);
        if (shared.IsConstant && constant == 0)
            return shared;
        for (int i = 0; i < arguments.Count; i++)
            arguments[i] -= shared;
        return shared;
    }

    private static long TakeOutFactor(List<Dim> arguments)
    {
        long common = 0;
        foreach (Dim argument in arguments)
        {
            common = Checked.GreatestCommonDivisor(common, argument.Constant);
            if (argument.Polynomial is not null)
                common = Checked.GreatestCommonDivisor(common, argument.Polynomial.Content());
            if (common == 1)
                return 1;
        }
        for (int i = 0; i < arguments.Count; i++)
            arguments[i] = new Dim(arguments[i].Polynomial?.DivideExactly(common), arguments[i].Constant / common);
        return common;
    }

    private static long CoefficientOf(Polynomial polynomial, Monomial monomial)
    {
        foreach (Term term in polynomial.Terms)
        {
            if (Monomial.Compare(term.Monomial, monomial) == 0)
                return term.Coefficient;
        }
        return 0;
    }
}
