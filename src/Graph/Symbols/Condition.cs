namespace Evergraph.Graph;

/// <summary>How two sizes are compared.</summary>
public enum Relation
{
    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,
}

/// <summary>What is proven about a condition over all values of its symbols.</summary>
public enum Truth
{
    /// <summary>It holds for no value.</summary>
    False,

    /// <summary>It holds for every value.</summary>
    True,

    /// <summary>Neither is shown.</summary>
    Unknown,
}

/// <summary>
/// A comparison of two sizes. <c>if (x.Shape[0] == 4)</c> compiles; it runs when the answer is proven for every value
/// of the symbols, and raises <see cref="SymbolicBranchException"/> otherwise.
/// </summary>
public readonly struct Condition(Dim left, Relation relation, Dim right) : IEquatable<Condition>
{
    /// <summary>The left side.</summary>
    public Dim Left { get; } = left;

    /// <summary>How the sides are compared.</summary>
    public Relation Relation { get; } = relation;

    /// <summary>The right side.</summary>
    public Dim Right { get; } = right;

    /// <summary>What is proven, worked out on each call.</summary>
    public Truth Proof => Prover.Decide(Left, Relation, Right);

    /// <summary>Whether it is proven. Raises <see cref="SymbolicBranchException"/> when that is unknown.</summary>
    public static bool operator true(Condition condition) => condition.Decide();

    /// <summary>Whether it is refuted. Raises <see cref="SymbolicBranchException"/> when that is unknown.</summary>
    public static bool operator false(Condition condition) => !condition.Decide();

    /// <summary>The opposite condition.</summary>
    public static Condition operator !(Condition condition) => new(
        condition.Left,
        condition.Relation switch
        {
            Relation.Equal => Relation.NotEqual,
            Relation.NotEqual => Relation.Equal,
            Relation.Less => Relation.GreaterOrEqual,
            Relation.LessOrEqual => Relation.Greater,
            Relation.Greater => Relation.LessOrEqual,
            _ => Relation.Less,
        },
        condition.Right);

    /// <summary>
    /// Both. One condition cannot say both, so one side must be decided; otherwise <see cref="SymbolicBranchException"/>.
    /// </summary>
    public static Condition operator &(Condition a, Condition b) => a.Proof switch
    {
        Truth.True => b,
        Truth.False => a,
        _ => b.Decide() ? a : b,
    };

    /// <summary>
    /// Either. One condition cannot say either, so one side must be decided; otherwise <see cref="SymbolicBranchException"/>.
    /// </summary>
    public static Condition operator |(Condition a, Condition b) => a.Proof switch
    {
        Truth.True => a,
        Truth.False => b,
        _ => b.Decide() ? b : a,
    };

    /// <summary>The same relation between the same forms.</summary>
    public static bool operator ==(Condition a, Condition b) => a.Equals(b);

    /// <summary>Not the same relation between the same forms.</summary>
    public static bool operator !=(Condition a, Condition b) => !a.Equals(b);

    /// <summary>Whether it holds for given values of the symbols.</summary>
    /// <exception cref="DimOverflowException">A side does not fit in 64 bits.</exception>
    /// <exception cref="DimDivideByZeroException">A divisor is zero at these values.</exception>
    public bool Holds(Func<Symbol, long> values) => Compare(Left.Evaluate(values), Relation, Right.Evaluate(values));

    /// <summary>Puts an expression in the place of each symbol.</summary>
    public Condition Substitute(Func<Symbol, Dim> replace) => new(Left.Substitute(replace), Relation, Right.Substitute(replace));

    /// <inheritdoc/>
    public bool Equals(Condition other) => Relation == other.Relation && Left.Equals(other.Left) && Right.Equals(other.Right);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Condition other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Left, Relation, Right);

    /// <summary><c>s0 + 1 == 4</c>. <see cref="DimText.ParseCondition"/> reads it back.</summary>
    public override string ToString() => $"{Left} {Symbol(Relation)} {Right}";

    internal static bool Compare(long left, Relation relation, long right) => relation switch
    {
        Relation.Equal => left == right,
        Relation.NotEqual => left != right,
        Relation.Less => left < right,
        Relation.LessOrEqual => left <= right,
        Relation.Greater => left > right,
        _ => left >= right,
    };

    internal static string Symbol(Relation relation) => relation switch
    {
        Relation.Equal => "==",
        Relation.NotEqual => "!=",
        Relation.Less => "<",
        Relation.LessOrEqual => "<=",
        Relation.Greater => ">",
        _ => ">=",
    };

    private bool Decide() => Proof switch
    {
        Truth.True => true,
        Truth.False => false,
        _ => throw SymbolicBranchException.For(this),
    };
}
