namespace Evergraph.Graph;

internal enum AtomKind
{
    Symbol,
    FloorDivision,
    Minimum,
    Maximum,
}

/// <summary>
/// What a polynomial treats as a variable: a symbol, a floor-division, a minimum or a maximum. Immutable.
/// There is no atom for the remainder: a % b is a - b*(a // b), which makes canonical what mixes both.
/// </summary>
internal abstract class Atom
{
    private Interval _interval;
    private volatile bool _hasInterval;

    protected Atom(AtomKind kind, int hash, int depth, long size)
    {
        DimLimits.Check(depth, DimLimits.Depth, "levels of nesting");
        DimLimits.Check(size, DimLimits.Size, "nodes");
        Kind = kind;
        Hash = hash;
        Depth = depth;
        Size = (int)size;
        AsMonomial = new Monomial([new Factor(this, 1)]);
        AsPolynomial = new Polynomial([new Term(1, AsMonomial)]);
    }

    public AtomKind Kind { get; }
    public int Hash { get; }
    public int Depth { get; }
    public int Size { get; }
    public Monomial AsMonomial { get; }
    public Polynomial AsPolynomial { get; }

    public Interval Interval
    {
        get
        {
            // Two threads may both compute it; they compute the same, and the flag is written last.
            if (!_hasInterval)
            {
                _interval = ComputeInterval();
                _hasInterval = true;
            }
            return _interval;
        }
    }

    /// <summary>A total order that depends on names and structure only: the same on every run and machine.</summary>
    public static int Compare(Atom a, Atom b)
    {
        if (ReferenceEquals(a, b))
            return 0;
        return a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : a.CompareSameKind(b);
    }

    public static bool Same(Atom a, Atom b) =>
        ReferenceEquals(a, b) || (a.Hash == b.Hash && a.Kind == b.Kind && a.CompareSameKind(b) == 0);

    protected abstract int CompareSameKind(Atom other);

    protected abstract Interval ComputeInterval();

    public abstract Dim Substitute(Func<Symbol, Dim> replace);

    public abstract long Evaluate(Func<Symbol, long> values);

    public abstract void CollectSymbols(List<Symbol> symbols);
}

internal sealed class SymbolAtom(Symbol symbol) : Atom(AtomKind.Symbol, symbol.GetHashCode(), 1, 1)
{
    public Symbol Symbol { get; } = symbol;

    protected override int CompareSameKind(Atom other) => Symbol.Compare(Symbol, ((SymbolAtom)other).Symbol);

    protected override Interval ComputeInterval() => Interval.Of(Symbol);

    public override Dim Substitute(Func<Symbol, Dim> replace) => replace(Symbol);

    public override long Evaluate(Func<Symbol, long> values) => values(Symbol);

    public override void CollectSymbols(List<Symbol> symbols)
    {
        if (!symbols.Contains(Symbol))
            symbols.Add(Symbol);
    }
}

/// <summary>floor(Dividend / Divisor), already simplified by <see cref="FloorDivision"/>.</summary>
internal sealed class FloorDivisionAtom(Dim dividend, Dim divisor) : Atom(
    AtomKind.FloorDivision,
    HashCode.Combine(dividend, divisor, AtomKind.FloorDivision),
    1 + Math.Max(dividend.Depth, divisor.Depth),
    1L + dividend.Size + divisor.Size)
{
    public Dim Dividend { get; } = dividend;
    public Dim Divisor { get; } = divisor;

    protected override int CompareSameKind(Atom other)
    {
        var that = (FloorDivisionAtom)other;
        int order = Dim.Compare(Dividend, that.Dividend);
        return order != 0 ? order : Dim.Compare(Divisor, that.Divisor);
    }

    protected override Interval ComputeInterval() => Dividend.Interval.FloorDivide(Divisor.Interval);

    public override Dim Substitute(Func<Symbol, Dim> replace) =>
        Dim.FloorDiv(Dividend.Substitute(replace), Divisor.Substitute(replace));

    public override long Evaluate(Func<Symbol, long> values) =>
        Checked.FloorDivide(Dividend.Evaluate(values), Divisor.Evaluate(values));

    public override void CollectSymbols(List<Symbol> symbols)
    {
        Dividend.CollectSymbols(symbols);
        Divisor.CollectSymbols(symbols);
    }
}

/// <summary>The least or the greatest of its arguments, already simplified by <see cref="Extremum"/>.</summary>
internal sealed class ExtremumAtom : Atom
{
    public ExtremumAtom(AtomKind kind, Dim[] arguments)
        : base(kind, HashOf(kind, arguments), DepthOf(arguments), SizeOf(arguments)) => Arguments = arguments;

    public Dim[] Arguments { get; }

    protected override int CompareSameKind(Atom other)
    {
        Dim[] those = ((ExtremumAtom)other).Arguments;
        for (int i = 0; i < Arguments.Length && i < those.Length; i++)
        {
            int order = Dim.Compare(Arguments[i], those[i]);
            if (order != 0)
                return order;
        }
        return Arguments.Length.CompareTo(those.Length);
    }

    protected override Interval ComputeInterval()
    {
        Interval result = Arguments[0].Interval;
        for (int i = 1; i < Arguments.Length; i++)
        {
            result = Kind == AtomKind.Minimum
                ? Interval.Min(result, Arguments[i].Interval)
                : Interval.Max(result, Arguments[i].Interval);
        }
        return result;
    }

    public override Dim Substitute(Func<Symbol, Dim> replace)
    {
        var replaced = new Dim[Arguments.Length];
        for (int i = 0; i < replaced.Length; i++)
            replaced[i] = Arguments[i].Substitute(replace);
        return Extremum.Create(Kind, replaced);
    }

    public override long Evaluate(Func<Symbol, long> values)
    {
        long result = Arguments[0].Evaluate(values);
        for (int i = 1; i < Arguments.Length; i++)
        {
            long value = Arguments[i].Evaluate(values);
            result = Kind == AtomKind.Minimum ? Math.Min(result, value) : Math.Max(result, value);
        }
        return result;
    }

    public override void CollectSymbols(List<Symbol> symbols)
    {
        foreach (Dim argument in Arguments)
            argument.CollectSymbols(symbols);
    }

    private static int HashOf(AtomKind kind, Dim[] arguments)
    {
        int hash = (int)kind;
        foreach (Dim argument in arguments)
            hash = HashCode.Combine(hash, argument);
        return hash;
    }

    private static int DepthOf(Dim[] arguments)
    {
        int depth = 0;
        foreach (Dim argument in arguments)
            depth = Math.Max(depth, argument.Depth);
        return depth + 1;
    }

    private static long SizeOf(Dim[] arguments)
    {
        long size = 1;
        foreach (Dim argument in arguments)
            size += argument.Size;
        return size;
    }
}
