namespace Evergraph.Graph;

/// <summary>
/// Proves p >= 0 for every value of the symbols. A proof eliminates one atom after another, each time by a statement
/// that implies the one before; see docs/symbolic-sizes.md for the rules. Not finding a proof says nothing.
/// </summary>
internal sealed class Nonnegativity
{
    // Terms looked at in one proof. Proofs of real shapes look at under fifty.
    private const int Budget = 250;

    private readonly List<Dim> _facts = [];
    private int _spent;
    private int _walkers;

    /// <summary>Whether p >= 0 is proven.</summary>
    public static bool Holds(Dim p)
    {
        if (p.Polynomial is null)
            return p.Constant >= 0;
        Interval interval = p.Interval;
        if (interval.Low >= 0)
            return true;
        if (interval.High < 0)
            return false;
        if (Sample.IsNegativeSomewhere(p))
            return false;
        try
        {
            return new Nonnegativity().Prove(p);
        }
        catch (EvergraphException error) when (error is DimOverflowException or DimLimitException)
        {
            // A rewritten form has coefficients beyond 64 bits or is too large: no proof this way, which is always allowed.
            return false;
        }
    }

    /// <summary>Whether a - b >= 0 is proven.</summary>
    public static bool HoldsForDifference(Dim a, Dim b)
    {
        if (a.Polynomial is null && b.Polynomial is null)
            return a.Constant >= b.Constant;
        try
        {
            return Holds(a - b);
        }
        catch (EvergraphException error) when (error is DimOverflowException or DimLimitException)
        {
            // The difference has no 64-bit form, or none within the limits, so nothing is proven about it.
            return false;
        }
    }

    private bool Prove(Dim p)
    {
        if (p.Polynomial is null)
            return p.Constant >= 0;
        _spent += p.Polynomial.Terms.Length;
        if (_spent > Budget)
            return false;
        // g*x + c >= 0 exactly when x + floor(c/g) >= 0.
        long content = p.Polynomial.Content();
        if (content > 1)
            p = new Dim(p.Polynomial.DivideExactly(content), Checked.FloorDivide(p.Constant, content));
        Interval interval = p.Interval;
        if (interval.Low >= 0)
            return true;
        if (interval.High < 0 && _facts.Count == 0)
            return false;
        Atom atom = Outermost(p.Polynomial!);
        switch (atom)
        {
            case FloorDivisionAtom floor when ProveWithoutFloor(p, floor, out bool proven):
                return proven;
            case ExtremumAtom extremum when Split.Linear(p, extremum, out Dim rest, out Dim factor):
                return ProveWithoutExtremum(rest, factor, extremum);
            default:
                return ProveFromFacts(p) || ProveByEnds(p, atom);
        }
    }

    // An atom can only reappear from inside a larger one, so taking the largest first never goes round in a circle.
    private static Atom Outermost(Polynomial p)
    {
        Atom? best = null;
        foreach (Term term in p.Terms)
        {
            foreach (Factor factor in term.Monomial.Factors)
            {
                if (best is null || factor.Atom.Size > best.Size)
                    best = factor.Atom;
            }
        }
        return best!;
    }

    /// <summary>
    /// p = A + B*[a/b] with b >= 1, and b*[a/b] = a - m for a remainder m in 0..b-1. p is an integer, so p >= 0
    /// exactly when b*p + b - 1 >= 0, that is b*A + B*(a - m) + b - 1 >= 0, which is linear in m: its ends suffice.
    /// </summary>
    private bool ProveWithoutFloor(Dim p, FloorDivisionAtom floor, out bool proven)
    {
        proven = false;
        Dim b = floor.Divisor;
        if (b.Interval.Low < 1 || !Split.Linear(p, floor, out Dim rest, out Dim factor))
            return false;
        Dim smooth = Split.TryDivideExactly(factor, b, out Dim slope)
            ? rest + slope * floor.Dividend
            : rest * b + (slope = factor) * floor.Dividend + b - 1;
        Interval sign = slope.Interval;
        Dim last = smooth - slope * (b - 1);
        proven = sign.Low >= 0 ? Prove(last) : Prove(smooth) && (sign.High <= 0 || Prove(last));
        return true;
    }

    /// <summary>
    /// p = A + B*min(x, y). Where B &lt;= 0, p >= A + B*x and p >= A + B*y: one of them suffices. In general p is one of
    /// the two, and x is the one only where y - x >= 0, which becomes a fact. For max with the signs turned.
    /// </summary>
    private bool ProveWithoutExtremum(Dim rest, Dim factor, ExtremumAtom extremum)
    {
        bool minimum = extremum.Kind == AtomKind.Minimum;
        if (minimum ? factor.Interval.High <= 0 : factor.Interval.Low >= 0)
        {
            foreach (Dim argument in extremum.Arguments)
            {
                if (Prove(rest + factor * argument))
                    return true;
            }
        }
        foreach (Dim chosen in extremum.Arguments)
        {
            int before = _facts.Count;
            foreach (Dim other in extremum.Arguments)
            {
                Dim fact = minimum ? other - chosen : chosen - other;
                if (fact.Polynomial is not null)
                    _facts.Add(fact);
            }
            bool proven = Prove(rest + factor * chosen);
            _facts.RemoveRange(before, _facts.Count - before);
            if (!proven)
                return false;
        }
        return true;
    }

    /// <summary>p >= 0 follows from p - c*f >= 0 for a fact f >= 0 and c > 0, with c chosen to cancel a term of p.</summary>
    private bool ProveFromFacts(Dim p)
    {
        for (int i = 0; i < _facts.Count; i++)
        {
            Dim fact = _facts[i];
            long tried = 0;
            foreach (Term term in fact.Polynomial!.Terms)
            {
                long coefficient = 0;
                foreach (Term own in p.Polynomial!.Terms)
                {
                    if (Monomial.Compare(own.Monomial, term.Monomial) == 0)
                        coefficient = own.Coefficient;
                }
                long multiple = coefficient / term.Coefficient;
                if (multiple <= 0 || multiple == tried)
                    continue;
                tried = multiple;
                // Without the fact itself, so that the same one is not used for ever.
                _facts.RemoveAt(i);
                bool proven = Prove(p - fact * multiple);
                _facts.Insert(i, fact);
                if (proven)
                    return true;
            }
        }
        return false;
    }

    /// <summary>
    /// p as a function of one variable x in low..high: when p(x + 1) - p(x) >= 0, p >= 0 follows from p(low) >= 0, and
    /// when it is &lt;= 0, from p(high) >= 0. A linear p needs only both ends. The other variables stay symbolic.
    /// </summary>
    private bool ProveByEnds(Dim p, Atom x)
    {
        DimRange range = x.Interval.ToRange();
        bool hasLow = range.Min != long.MinValue;
        bool hasHigh = range.Max != long.MaxValue;
        if (Split.Linear(p, x, out _, out Dim slope))
        {
            if (hasLow && hasHigh)
                return Prove(Split.Replace(p, x, range.Min)) && Prove(Split.Replace(p, x, range.Max));
            return (hasLow && Prove(slope) && Prove(Split.Replace(p, x, range.Min)))
                || (hasHigh && Prove(-slope) && Prove(Split.Replace(p, x, range.Max)));
        }
        // The walk from an end to x changes nothing but x, so its steps are shown for an x of its own: neither a fact
        // about the real x nor what is inside it may be used for the values on the way.
        var walker = new Symbol($"'{_walkers++}", hasLow ? range.Min : long.MinValue, hasHigh ? Math.Max(range.Min, range.Max - 1) : Symbol.Unbounded);
        Dim at = walker;
        Dim step = Split.Replace(p, x, at + 1) - Split.Replace(p, x, at);
        if (hasLow && Prove(step) && Prove(Split.Replace(p, x, range.Min)))
            return true;
        if (hasHigh && Prove(-step) && Prove(Split.Replace(p, x, range.Max)))
            return true;
        return hasLow && hasHigh
            && Prove(2 * Split.Replace(p, x, at + 1) - Split.Replace(p, x, at + 2) - Split.Replace(p, x, at))
            && Prove(Split.Replace(p, x, range.Min)) && Prove(Split.Replace(p, x, range.Max));
    }
}
