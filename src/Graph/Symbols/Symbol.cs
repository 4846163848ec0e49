namespace Evergraph.Graph;

/// <summary>Where the value of a symbol comes from.</summary>
public enum SymbolKind
{
    /// <summary>The size of an input, or an integer input: known when a call starts.</summary>
    Input,

    /// <summary>Known only after the node that makes it has run.</summary>
    Data,
}

/// <summary>
/// An integer that is not known when a graph is compiled, with the range it is declared over (both ends included).
/// Two symbols are equal when name, range and kind are equal.
/// </summary>
public sealed record Symbol
{
    /// <summary>The <see cref="Max"/> of a symbol that has no upper bound.</summary>
    public const long Unbounded = long.MaxValue;

    private readonly int _hash;
    private Polynomial? _polynomial;

    /// <summary>Declares a symbol over <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    /// <exception cref="SymbolRangeException">The name is empty, or <paramref name="min"/> is above <paramref name="max"/>.</exception>
    public Symbol(string name, long min, long max, SymbolKind kind = SymbolKind.Input)
    {
        if (string.IsNullOrEmpty(name))
            throw new SymbolRangeException("a symbol needs a name, given an empty one");
        if (min > max)
            throw new SymbolRangeException($"symbol {name}: expected a range with min <= max, given min {min}, max {max}");
        Name = name;
        Min = min;
        Max = max;
        Kind = kind;
        _hash = HashCode.Combine(name, min, max, kind);
    }

    /// <summary>The name, as texts show it: <c>s0</c>.</summary>
    public string Name { get; }

    /// <summary>The smallest value, included.</summary>
    public long Min { get; }

    /// <summary>The largest value, included; <see cref="Unbounded"/> for none.</summary>
    public long Max { get; }

    /// <summary>Where the value comes from.</summary>
    public SymbolKind Kind { get; }

    // The same atom for every use, so that the common comparison is of references.
    internal Polynomial AsPolynomial => _polynomial ??= new SymbolAtom(this).AsPolynomial;

    /// <summary>By name, range and kind.</summary>
    public bool Equals(Symbol? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && Min == other.Min && Max == other.Max && Kind == other.Kind
            && string.Equals(Name, other.Name, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The name and the range: <c>s0 in 2..4096</c>, <c>s0 in 2..</c> without an upper bound.</summary>
    public string Describe() => Max == Unbounded ? $"{Name} in {Min}.." : $"{Name} in {Min}..{Max}";

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal static int Compare(Symbol a, Symbol b)
    {
        if (ReferenceEquals(a, b))
            return 0;
        int order = string.CompareOrdinal(a.Name, b.Name);
        if (order == 0)
            order = a.Min.CompareTo(b.Min);
        if (order == 0)
            order = a.Max.CompareTo(b.Max);
        return order != 0 ? order : a.Kind.CompareTo(b.Kind);
    }
}
