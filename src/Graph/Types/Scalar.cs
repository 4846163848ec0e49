namespace Evergraph.Graph;

/// <summary>A schema's <c>Scalar</c>: an integer (possibly symbolic), a floating-point number, or a truth value.</summary>
public readonly struct Scalar : IEquatable<Scalar>
{
    private readonly Dim _integer;
    private readonly double _float;

    private Scalar(ScalarKind kind, Dim integer, double @float)
    {
        Kind = kind;
        _integer = integer;
        _float = @float;
    }

    /// <summary>Which of the three it is.</summary>
    public ScalarKind Kind { get; }

    /// <summary>The integer; 0 or 1 for a truth value.</summary>
    /// <exception cref="InvalidOperationException">The scalar is a floating-point number.</exception>
    public Dim Integer => Kind == ScalarKind.Float
        ? throw new InvalidOperationException($"the scalar {this} is not an integer")
        : _integer;

    /// <summary>The type that PyTorch gives a 0-d tensor of this scalar: bool, int64, or the default float32.</summary>
    public DType DType => Kind switch
    {
        ScalarKind.Bool => DType.Bool,
        ScalarKind.Integer => DType.Int64,
        _ => DType.Float32,
    };

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(long value) => new(ScalarKind.Integer, value, 0);

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(int value) => new(ScalarKind.Integer, value, 0);

    /// <summary>A symbolic integer.</summary>
    public static implicit operator Scalar(Dim value) => new(ScalarKind.Integer, value, 0);

    /// <summary>A floating-point number.</summary>
    public static implicit operator Scalar(double value) => new(ScalarKind.Float, 0, value);

    /// <summary>A truth value.</summary>
    public static implicit operator Scalar(bool value) => new(ScalarKind.Bool, value ? 1 : 0, 0);

    /// <summary>Structural equality; 1, 1.0 and true differ.</summary>
    public static bool operator ==(Scalar left, Scalar right) => left.Equals(right);

    /// <summary>Structural inequality.</summary>
    public static bool operator !=(Scalar left, Scalar right) => !left.Equals(right);

    /// <summary>The number as a double.</summary>
    /// <exception cref="InvalidOperationException">The scalar is symbolic.</exception>
    public double ToDouble() => Kind == ScalarKind.Float ? _float : _integer.Value;

    /// <summary>The number as a 64-bit integer; a floating-point number is truncated towards zero, as PyTorch does.</summary>
    /// <exception cref="InvalidOperationException">The scalar is symbolic.</exception>
    public long ToInt64() => Kind == ScalarKind.Float ? (long)_float : _integer.Value;

    /// <summary>The number as a truth value: whether it is not zero.</summary>
    /// <exception cref="InvalidOperationException">The scalar is symbolic.</exception>
    public bool ToBool() => Kind == ScalarKind.Float ? _float != 0 : _integer.Value != 0;

    /// <inheritdoc/>
    public bool Equals(Scalar other) =>
        Kind == other.Kind && _float.Equals(other._float) && _integer.Equals(other._integer);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _integer, _float);

    /// <summary>Text that <c>long</c>, <c>double</c> and <c>bool</c> literals use; a float always shows a point or exponent.</summary>
    public override string ToString() => Kind switch
    {
        ScalarKind.Bool => _integer.Equals(1) ? "true" : "false",
        ScalarKind.Integer => _integer.ToString(),
        _ => FloatText.Format(_float),
    };
}
