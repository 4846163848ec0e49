namespace Evergraph.Graph;

/// <summary>
/// An integer expression over <see cref="Symbol"/>s: a size that is known as a formula before it is known as a number.
/// Always canonical: a polynomial with 64-bit integer coefficients over symbols, floor-divisions, minima and maxima,
/// simplified by proof over the ranges of the symbols, never by example values. See docs/symbolic-sizes.md.
/// </summary>
/// <remarks>
/// A constant costs no allocation. There is no conversion to <see cref="bool"/>: comparisons give a <see cref="Condition"/>.
/// Arithmetic raises <see cref="DimOverflowException"/>, <see cref="DimDivideByZeroException"/> and
/// <see cref="DimLimitException"/>.
/// </remarks>
public readonly partial struct Dim : IEquatable<Dim>
{
    internal Dim(Polynomial? polynomial, long constant)
    {
        Polynomial = polynomial;
        Constant = constant;
    }

    /// <summary>A number.</summary>
    public Dim(long value)
        : this(null, value)
    {
    }

    /// <summary>Everything but the constant part; null for a number.</summary>
    internal Polynomial? Polynomial { get; }

    /// <summary>The constant part.</summary>
    internal long Constant { get; }

    internal int Depth => Polynomial is null ? 0 : Polynomial.Depth;

    internal int Size => Polynomial is null ? 1 : Polynomial.Size;

    internal Interval Interval => Polynomial is null ? Interval.Of(Constant) : Polynomial.Interval + Interval.Of(Constant);

    /// <summary>Whether this is a number.</summary>
    public bool IsConstant => Polynomial is null;

    /// <summary>The number.</summary>
    /// <exception cref="SymbolicDimException">The size is symbolic.</exception>
    public long Value => Polynomial is null
        ? Constant
        : throw new SymbolicDimException($"expected a number, given the symbolic size {this} ({DescribeSymbols()}); keep it a Dim, or move the code that needs the number inside an operator");

    /// <summary>Bounds that hold for every value of the symbols.</summary>
    public DimRange Range => Bounds.Proven(this).ToRange();

    /// <summary>The symbols that occur, each once, in the order of first occurrence.</summary>
    public IReadOnlyList<Symbol> Symbols
    {
        get
        {
            if (Polynomial is null)
                return [];
            var symbols = new List<Symbol>();
            CollectSymbols(symbols);
            return symbols;
        }
    }

    /// <summary>The number, when this is one.</summary>
    public bool TryGetConstant(out long value)
    {
        value = Constant;
        return Polynomial is null;
    }

    /// <summary>Puts an expression in the place of each symbol, and simplifies again.</summary>
    public Dim Substitute(Func<Symbol, Dim> replace)
    {
        if (Polynomial is null)
            return this;
        Dim result = Constant;
        foreach (Term term in Polynomial.Terms)
        {
            Dim product = term.Coefficient;
            foreach (Factor factor in term.Monomial.Factors)
            {
                Dim value = factor.Atom.Substitute(replace);
                for (int i = 0; i < factor.Power; i++)
                    product *= value;
            }
            result += product;
        }
        return result;
    }

    /// <summary>The value for given values of the symbols.</summary>
    /// <exception cref="DimOverflowException">The value, or a part of it, does not fit in 64 bits.</exception>
    /// <exception cref="DimDivideByZeroException">A divisor is zero at these values.</exception>
    public long Evaluate(Func<Symbol, long> values)
    {
        if (Polynomial is null)
            return Constant;
        long result = Constant;
        foreach (Term term in Polynomial.Terms)
        {
            long product = term.Coefficient;
            foreach (Factor factor in term.Monomial.Factors)
            {
                long value = factor.Atom.Evaluate(values);
                for (int i = 0; i < factor.Power; i++)
                    product = Checked.Multiply(product, value);
            }
            result = Checked.Add(result, product);
        }
        return result;
    }

    /// <summary>
    /// The same canonical form. Equal forms have equal values; forms that differ may still have equal values, which
    /// <c>==</c> and <see cref="Condition.Proof"/> decide.
    /// </summary>
    public bool Equals(Dim other) => Constant == other.Constant && Polynomial.Same(Polynomial, other.Polynomial);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dim other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Polynomial is null ? Constant.GetHashCode() : Constant.GetHashCode() * 31 + Polynomial.Hash;

    /// <summary>The expression as Python writes it: <c>(s0 + 1) // 2</c>. <see cref="DimText.Parse"/> reads it back.</summary>
    public override string ToString() => DimPrinter.Print(this);

    /// <summary>The symbols with their ranges, <c>s0 in 2..4096, s1 in 0..</c>; for messages.</summary>
    public string DescribeSymbols() => string.Join(", ", Symbols.Select(symbol => symbol.Describe()));

    /// <summary>A total order over forms (not over values), the same on every run.</summary>
    internal static int Compare(Dim a, Dim b)
    {
        if (a.Polynomial is null || b.Polynomial is null)
        {
            int kind = (a.Polynomial is null).CompareTo(b.Polynomial is null);
            return kind != 0 ? kind : a.Constant.CompareTo(b.Constant);
        }
        int order = Polynomial.Compare(a.Polynomial, b.Polynomial);
        return order != 0 ? order : a.Constant.CompareTo(b.Constant);
    }

    internal void CollectSymbols(List<Symbol> symbols)
    {
        if (Polynomial is null)
            return;
        foreach (Term term in Polynomial.Terms)
        {
            foreach (Factor factor in term.Monomial.Factors)
                factor.Atom.CollectSymbols(symbols);
        }
    }
}
