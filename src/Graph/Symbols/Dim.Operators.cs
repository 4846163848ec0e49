namespace Evergraph.Graph;

public readonly partial struct Dim
{
    /// <summary>A number is a size.</summary>
    public static implicit operator Dim(int value) => new(value);

    /// <summary>A number is a size.</summary>
    public static implicit operator Dim(long value) => new(value);

    /// <summary>A symbol is a size; a symbol of one value is that number.</summary>
    public static implicit operator Dim(Symbol symbol) =>
        symbol.Min == symbol.Max ? new Dim(symbol.Min) : new Dim(symbol.AsPolynomial, 0);

    /// <summary>The sum.</summary>
    public static Dim operator +(Dim a, Dim b) =>
        new(Polynomial.AddScaled(a.Polynomial, 1, b.Polynomial), Checked.Add(a.Constant, b.Constant));

    /// <summary>The difference.</summary>
    public static Dim operator -(Dim a, Dim b) =>
        new(Polynomial.AddScaled(a.Polynomial, -1, b.Polynomial), Checked.Subtract(a.Constant, b.Constant));

    /// <summary>The negative.</summary>
    public static Dim operator -(Dim a) => new(a.Polynomial?.Scale(-1), Checked.Negate(a.Constant));

    /// <summary>The product.</summary>
    public static Dim operator *(Dim a, Dim b)
    {
        if (b.Polynomial is null)
            return new(a.Polynomial?.Scale(b.Constant), Checked.Multiply(a.Constant, b.Constant));
        if (a.Polynomial is null)
            return new(b.Polynomial.Scale(a.Constant), Checked.Multiply(a.Constant, b.Constant));
        Polynomial? product = a.Polynomial.Multiply(b.Polynomial);
        product = Polynomial.AddScaled(product, a.Constant, b.Polynomial);
        product = Polynomial.AddScaled(product, b.Constant, a.Polynomial);
        return new(product, Checked.Multiply(a.Constant, b.Constant));
    }

    /// <summary>Division rounded down: <c>-7 / 2</c> is -4, unlike C#'s division of integers.</summary>
    public static Dim operator /(Dim a, Dim b) => FloorDiv(a, b);

    /// <summary>The remainder of division rounded down; it has the divisor's sign, as in Python.</summary>
    public static Dim operator %(Dim a, Dim b) => Mod(a, b);

    /// <summary>Whether the values are equal.</summary>
    public static Condition operator ==(Dim a, Dim b) => new(a, Relation.Equal, b);

    /// <summary>Whether the values differ.</summary>
    public static Condition operator !=(Dim a, Dim b) => new(a, Relation.NotEqual, b);

    /// <summary>Whether the left value is less.</summary>
    public static Condition operator <(Dim a, Dim b) => new(a, Relation.Less, b);

    /// <summary>Whether the left value is less or equal.</summary>
    public static Condition operator <=(Dim a, Dim b) => new(a, Relation.LessOrEqual, b);

    /// <summary>Whether the left value is greater.</summary>
    public static Condition operator >(Dim a, Dim b) => new(a, Relation.Greater, b);

    /// <summary>Whether the left value is greater or equal.</summary>
    public static Condition operator >=(Dim a, Dim b) => new(a, Relation.GreaterOrEqual, b);

    /// <summary>floor(a/b).</summary>
    /// <exception cref="DimDivideByZeroException"><paramref name="b"/> is the number 0.</exception>
    public static Dim FloorDiv(Dim a, Dim b) => FloorDivision.Create(a, b);

    /// <summary>ceil(a/b), as -floor(-a/b), which is (a + b - 1) // b for a positive b.</summary>
    /// <exception cref="DimDivideByZeroException"><paramref name="b"/> is the number 0.</exception>
    public static Dim CeilDiv(Dim a, Dim b) => -FloorDivision.Create(-a, b);

    /// <summary>a - b*floor(a/b): between 0 and b - 1 for a positive b.</summary>
    /// <exception cref="DimDivideByZeroException"><paramref name="b"/> is the number 0.</exception>
    public static Dim Mod(Dim a, Dim b) => a - b * FloorDivision.Create(a, b);

    /// <summary>The least of one or more sizes.</summary>
    public static Dim Min(params ReadOnlySpan<Dim> sizes) => Extremum.Create(AtomKind.Minimum, sizes);

    /// <summary>The greatest of one or more sizes.</summary>
    public static Dim Max(params ReadOnlySpan<Dim> sizes) => Extremum.Create(AtomKind.Maximum, sizes);
}
