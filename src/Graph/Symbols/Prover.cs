namespace Evergraph.Graph;

/// <summary>Decides a relation between two sizes over all values of their symbols.</summary>
internal static class Prover
{
    public static Truth Decide(Dim left, Relation relation, Dim right)
    {
        if (left.IsConstant && right.IsConstant)
            return Of(Condition.Compare(left.Constant, relation, right.Constant));
        if (left.Equals(right))
            return Of(relation is Relation.Equal or Relation.LessOrEqual or Relation.GreaterOrEqual);
        try
        {
            return relation switch
            {
                Relation.Equal => Equal(left - right),
                Relation.NotEqual => Not(Equal(left - right)),
                Relation.LessOrEqual => NonNegative(left, right),
                Relation.Greater => Not(NonNegative(left, right)),
                Relation.GreaterOrEqual => NonNegative(right, left),
                _ => Not(NonNegative(right, left)),
            };
        }
        catch (EvergraphException error) when (error is DimOverflowException or DimLimitException)
        {
            // The difference has no 64-bit form, or none within the limits. Unknown is the truth: a requirement is checked when values are known.
            return Truth.Unknown;
        }
    }

    // small <= large.
    private static Truth NonNegative(Dim small, Dim large)
    {
        // Every value is a 64-bit integer, so these hold whatever the other side is.
        if ((large.IsConstant && large.Constant == long.MaxValue) || (small.IsConstant && small.Constant == long.MinValue))
            return Truth.True;
        Dim difference = large - small;
        if (Nonnegativity.Holds(difference))
            return Truth.True;
        return Nonnegativity.Holds(-difference - 1) ? Truth.False : ResidueSplit.Decide(difference, equality: false);
    }

    private static Truth Equal(Dim difference)
    {
        if (difference.Polynomial is null)
            return Of(difference.Constant == 0);
        Interval interval = difference.Interval;
        if (interval.Low > 0 || interval.High < 0)
            return Truth.False;
        // g*x + c is never 0 when g does not divide c.
        if (difference.Constant % difference.Polynomial.Content() != 0)
            return Truth.False;
        bool atLeast = Nonnegativity.Holds(difference);
        bool atMost = Nonnegativity.Holds(-difference);
        if (atLeast && atMost)
            return Truth.True;
        // At least 0 rules out that it is always below 0, so only the other side is worth a proof.
        if (!atMost && Nonnegativity.Holds(difference - 1))
            return Truth.False;
        if (!atLeast && Nonnegativity.Holds(-difference - 1))
            return Truth.False;
        return ResidueSplit.Decide(difference, equality: true);
    }

    internal static Truth Without(Dim difference, bool equality)
    {
        if (difference.Polynomial is null)
            return Of(equality ? difference.Constant == 0 : difference.Constant >= 0);
        if (equality && difference.Constant % difference.Polynomial.Content() != 0)
            return Truth.False;
        bool atLeast = Nonnegativity.Holds(difference);
        if (!equality)
            return atLeast ? Truth.True : Nonnegativity.Holds(-difference - 1) ? Truth.False : Truth.Unknown;
        if (atLeast && Nonnegativity.Holds(-difference))
            return Truth.True;
        return Nonnegativity.Holds(difference - 1) || Nonnegativity.Holds(-difference - 1) ? Truth.False : Truth.Unknown;
    }

    private static Truth Of(bool value) => value ? Truth.True : Truth.False;

    private static Truth Not(Truth truth) => truth switch
    {
        Truth.True => Truth.False,
        Truth.False => Truth.True,
        _ => Truth.Unknown,
    };
}
