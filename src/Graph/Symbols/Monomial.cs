namespace Evergraph.Graph;

/// <summary>An atom raised to a positive power.</summary>
internal readonly record struct Factor(Atom Atom, int Power);

/// <summary>
/// A product of powers of atoms, in the order of <see cref="Atom.Compare"/>. Never empty: the constant part of an
/// expression is kept outside.
/// </summary>
internal sealed class Monomial
{
    public Monomial(Factor[] factors)
    {
        Factors = factors;
        long degree = 0;
        long size = 0;
        int hash = factors.Length;
        foreach (Factor factor in factors)
        {
            degree += factor.Power;
            size += factor.Atom.Size;
            Depth = Math.Max(Depth, factor.Atom.Depth);
            hash = HashCode.Combine(hash, factor.Atom.Hash, factor.Power);
        }
        DimLimits.Check(degree, DimLimits.Degree, "factors in one term");
        DimLimits.Check(size, DimLimits.Size, "nodes");
        Degree = (int)degree;
        Size = (int)size;
        Hash = hash;
    }

    public Factor[] Factors { get; }
    public int Degree { get; }
    public int Depth { get; }
    public int Size { get; }
    public int Hash { get; }

    /// <summary>The atom when this is nothing but that atom.</summary>
    public Atom? SingleAtom => Factors.Length == 1 && Factors[0].Power == 1 ? Factors[0].Atom : null;

    public Interval Interval
    {
        get
        {
            Interval result = Factors[0].Power == 1 ? Factors[0].Atom.Interval : Factors[0].Atom.Interval.Power(Factors[0].Power);
            for (int i = 1; i < Factors.Length; i++)
                result *= Factors[i].Atom.Interval.Power(Factors[i].Power);
            return result;
        }
    }

    /// <summary>
    /// Graded lexicographic order. It respects products (u > v implies uw > vw), which polynomial division needs to end.
    /// </summary>
    public static int Compare(Monomial a, Monomial b)
    {
        if (ReferenceEquals(a, b))
            return 0;
        if (a.Degree != b.Degree)
            return a.Degree.CompareTo(b.Degree);
        for (int i = 0; i < a.Factors.Length && i < b.Factors.Length; i++)
        {
            // Atoms that come first weigh more, so the monomial that has the earlier atom is the greater one.
            int order = Atom.Compare(b.Factors[i].Atom, a.Factors[i].Atom);
            if (order == 0)
                order = a.Factors[i].Power.CompareTo(b.Factors[i].Power);
            if (order != 0)
                return order;
        }
        return a.Factors.Length.CompareTo(b.Factors.Length);
    }

    public static Monomial operator *(Monomial a, Monomial b)
    {
        var factors = new Factor[a.Factors.Length + b.Factors.Length];
        int count = 0;
        int i = 0;
        int j = 0;
        while (i < a.Factors.Length && j < b.Factors.Length)
        {
            Factor x = a.Factors[i];
            Factor y = b.Factors[j];
            int order = Atom.Compare(x.Atom, y.Atom);
            factors[count++] = order < 0 ? x : order > 0 ? y : new Factor(x.Atom, x.Power + y.Power);
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        while (i < a.Factors.Length)
            factors[count++] = a.Factors[i++];
        while (j < b.Factors.Length)
            factors[count++] = b.Factors[j++];
        Array.Resize(ref factors, count);
        return new Monomial(factors);
    }

    public int PowerOf(Atom atom)
    {
        foreach (Factor factor in Factors)
        {
            if (Atom.Same(factor.Atom, atom))
                return factor.Power;
        }
        return 0;
    }

    /// <summary>
    /// Whether <paramref name="divisor"/> divides this; <paramref name="quotient"/> is null when they are equal
    /// (the quotient 1 is not a monomial).
    /// </summary>
    public bool TryDivide(Monomial divisor, out Monomial? quotient)
    {
        quotient = null;
        if (divisor.Degree > Degree)
            return false;
        List<Factor>? rest = null;
        int matched = 0;
        foreach (Factor factor in Factors)
        {
            int power = factor.Power;
            if (matched < divisor.Factors.Length && Atom.Same(factor.Atom, divisor.Factors[matched].Atom))
            {
                power -= divisor.Factors[matched].Power;
                if (power < 0)
                    return false;
                matched++;
            }
            if (power > 0)
                (rest ??= []).Add(new Factor(factor.Atom, power));
        }
        if (matched < divisor.Factors.Length)
            return false;
        quotient = rest is null ? null : new Monomial([.. rest]);
        return true;
    }
}
