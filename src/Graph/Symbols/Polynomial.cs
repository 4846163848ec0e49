namespace Evergraph.Graph;

/// <summary>A coefficient, never zero, times a monomial.</summary>
internal readonly record struct Term(long Coefficient, Monomial Monomial);

/// <summary>
/// A sum of terms without its constant part, the leading (greatest) monomial first, each monomial once. Never empty.
/// Immutable. <see cref="Dim"/> adds the constant, so that n, n + 1 and n + 2 share one polynomial.
/// </summary>
internal sealed class Polynomial
{
    private Interval _interval;
    private volatile bool _hasInterval;

    public Polynomial(Term[] terms)
    {
        Terms = terms;
        long size = 1;
        int hash = terms.Length;
        foreach (Term term in terms)
        {
            size += term.Monomial.Size + 1;
            Depth = Math.Max(Depth, term.Monomial.Depth);
            hash = HashCode.Combine(hash, term.Coefficient, term.Monomial.Hash);
        }
        DimLimits.Check(terms.Length, DimLimits.Terms, "terms");
        DimLimits.Check(size, DimLimits.Size, "nodes");
        Size = (int)size;
        Hash = hash;
    }

    public Term[] Terms { get; }
    public int Depth { get; }
    public int Size { get; }
    public int Hash { get; }

    public Term Leading => Terms[0];

    public Interval Interval
    {
        get
        {
            // Two threads may both compute it; they compute the same, and the flag is written last.
            if (!_hasInterval)
            {
                _interval = Bounds.Of(this);
                _hasInterval = true;
            }
            return _interval;
        }
    }

    public static bool Same(Polynomial? a, Polynomial? b)
    {
        if (ReferenceEquals(a, b))
            return true;
        return a is not null && b is not null && a.Hash == b.Hash && Compare(a, b) == 0;
    }

    public static int Compare(Polynomial a, Polynomial b)
    {
        if (ReferenceEquals(a, b))
            return 0;
        for (int i = 0; i < a.Terms.Length && i < b.Terms.Length; i++)
        {
            int order = Monomial.Compare(b.Terms[i].Monomial, a.Terms[i].Monomial);
            if (order == 0)
                order = a.Terms[i].Coefficient.CompareTo(b.Terms[i].Coefficient);
            if (order != 0)
                return order;
        }
        return a.Terms.Length.CompareTo(b.Terms.Length);
    }

    /// <summary>a + factor*b; null is zero.</summary>
    public static Polynomial? AddScaled(Polynomial? a, long factor, Polynomial? b)
    {
        if (b is null || factor == 0)
            return a;
        if (a is null)
            return b.Scale(factor);
        if (factor == -1 && ReferenceEquals(a, b))
            return null;
        var terms = new Term[a.Terms.Length + b.Terms.Length];
        int count = 0;
        int i = 0;
        int j = 0;
        while (i < a.Terms.Length || j < b.Terms.Length)
        {
            int order = i == a.Terms.Length ? -1 : j == b.Terms.Length ? 1 : Monomial.Compare(a.Terms[i].Monomial, b.Terms[j].Monomial);
            if (order > 0)
            {
                terms[count++] = a.Terms[i++];
                continue;
            }
            long scaled = Checked.Multiply(factor, b.Terms[j].Coefficient);
            long coefficient = order < 0 ? scaled : Checked.Add(a.Terms[i++].Coefficient, scaled);
            if (coefficient != 0)
                terms[count++] = new Term(coefficient, b.Terms[j].Monomial);
            j++;
        }
        return Create(terms, count);
    }

    public Polynomial? Scale(long factor)
    {
        if (factor == 1)
            return this;
        if (factor == 0)
            return null;
        var terms = new Term[Terms.Length];
        for (int i = 0; i < terms.Length; i++)
            terms[i] = new Term(Checked.Multiply(Terms[i].Coefficient, factor), Terms[i].Monomial);
        return new Polynomial(terms);
    }

    /// <summary>Every coefficient divided by <paramref name="divisor"/>, which divides them all.</summary>
    public Polynomial DivideExactly(long divisor)
    {
        if (divisor == 1)
            return this;
        var terms = new Term[Terms.Length];
        for (int i = 0; i < terms.Length; i++)
            terms[i] = new Term(Terms[i].Coefficient / divisor, Terms[i].Monomial);
        return new Polynomial(terms);
    }

    public Polynomial Multiply(Term by)
    {
        // The order of monomials respects products, so the result is sorted already.
        var terms = new Term[Terms.Length];
        for (int i = 0; i < terms.Length; i++)
            terms[i] = new Term(Checked.Multiply(Terms[i].Coefficient, by.Coefficient), Terms[i].Monomial * by.Monomial);
        return new Polynomial(terms);
    }

    public Polynomial? Multiply(Polynomial by)
    {
        if (by.Terms.Length == 1)
            return Multiply(by.Terms[0]);
        if (Terms.Length == 1)
            return by.Multiply(Terms[0]);
        DimLimits.Check((long)Terms.Length * by.Terms.Length, 4 * DimLimits.Terms, "products of terms");
        var terms = new Term[Terms.Length * by.Terms.Length];
        int count = 0;
        foreach (Term x in Terms)
        {
            foreach (Term y in by.Terms)
                terms[count++] = new Term(Checked.Multiply(x.Coefficient, y.Coefficient), x.Monomial * y.Monomial);
        }
        return Collect(terms);
    }

    /// <summary>Sorts terms and adds those of equal monomials; null is zero.</summary>
    public static Polynomial? Collect(Term[] terms)
    {
        Array.Sort(terms, static (x, y) => Monomial.Compare(y.Monomial, x.Monomial));
        int count = 0;
        for (int i = 0; i < terms.Length;)
        {
            Monomial monomial = terms[i].Monomial;
            long coefficient = terms[i++].Coefficient;
            while (i < terms.Length && Monomial.Compare(terms[i].Monomial, monomial) == 0)
                coefficient = Checked.Add(coefficient, terms[i++].Coefficient);
            if (coefficient != 0)
                terms[count++] = new Term(coefficient, monomial);
        }
        return Create(terms, count);
    }

    /// <summary>The greatest common divisor of the coefficients.</summary>
    public long Content()
    {
        long content = 0;
        foreach (Term term in Terms)
        {
            content = Checked.GreatestCommonDivisor(content, term.Coefficient);
            if (content == 1)
                break;
        }
        return content;
    }

    private static Polynomial? Create(Term[] terms, int count)
    {
        if (count == 0)
            return null;
        if (count < terms.Length)
            Array.Resize(ref terms, count);
        return new Polynomial(terms);
    }
}
