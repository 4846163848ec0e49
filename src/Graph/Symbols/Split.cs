namespace Evergraph.Graph;

/// <summary>Takes a polynomial apart around one of its atoms.</summary>
internal static class Split
{
    /// <summary>dim = rest + factor*atom, when the atom occurs in first powers only.</summary>
    public static bool Linear(Dim dim, Atom atom, out Dim rest, out Dim factor)
    {
        rest = new Dim(null, dim.Constant);
        factor = default;
        if (dim.Polynomial is null)
            return false;
        Term[] terms = dim.Polynomial.Terms;
        var without = new List<Term>(terms.Length);
        var with = new List<Term>();
        long constant = 0;
        foreach (Term term in terms)
        {
            int power = term.Monomial.PowerOf(atom);
            if (power > 1)
                return false;
            if (power == 0)
            {
                without.Add(term);
                continue;
            }
            term.Monomial.TryDivide(atom.AsMonomial, out Monomial? quotient);
            if (quotient is null)
                constant = term.Coefficient;
            else
                with.Add(new Term(term.Coefficient, quotient));
        }
        rest = new Dim(without.Count == 0 ? null : new Polynomial([.. without]), dim.Constant);
        factor = new Dim(with.Count == 0 ? null : new Polynomial([.. with]), constant);
        return true;
    }

    /// <summary>dim with an expression in the place of an atom. Other atoms that contain it stay as they are.</summary>
    public static Dim Replace(Dim dim, Atom atom, Dim value)
    {
        if (dim.Polynomial is null)
            return dim;
        var without = new List<Term>(dim.Polynomial.Terms.Length);
        Dim sum = dim.Constant;
        foreach (Term term in dim.Polynomial.Terms)
        {
            int power = term.Monomial.PowerOf(atom);
            if (power == 0)
            {
                without.Add(term);
                continue;
            }
            Dim product = term.Coefficient;
            foreach (Factor factor in term.Monomial.Factors)
            {
                Dim by = Atom.Same(factor.Atom, atom) ? value : new Dim(factor.Atom.AsPolynomial, 0);
                for (int i = 0; i < factor.Power; i++)
                    product *= by;
            }
            sum += product;
        }
        return without.Count == 0 ? sum : sum + new Dim(new Polynomial([.. without]), 0);
    }

    /// <summary>a / b where b is one term, or a number, that divides every term of a; or a is a number times b.</summary>
    public static bool TryDivideExactly(Dim a, Dim b, out Dim quotient)
    {
        quotient = default;
        if (b.TryGetConstant(out long number))
        {
            if (a.Constant % number != 0 || (a.Polynomial is not null && a.Polynomial.Content() % number != 0))
                return false;
            quotient = new Dim(a.Polynomial?.DivideExactly(number), a.Constant / number);
            return true;
        }
        if (a.Polynomial is null)
            return false;
        Term leading = b.Polynomial!.Leading;
        if (b.Polynomial.Terms.Length == 1 && b.Constant == 0)
        {
            if (a.Constant != 0 || a.Polynomial.Content() % leading.Coefficient != 0
                || !FloorDivision.TryDivide(a.Polynomial, leading.Monomial, out Dim rest))
            {
                return false;
            }
            quotient = new Dim(rest.Polynomial?.DivideExactly(leading.Coefficient), rest.Constant / leading.Coefficient);
            return true;
        }
        if (a.Polynomial.Leading.Coefficient % leading.Coefficient != 0)
            return false;
        Dim multiple = a.Polynomial.Leading.Coefficient / leading.Coefficient;
        quotient = multiple;
        return (b * multiple).Equals(a);
    }
}
