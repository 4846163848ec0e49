namespace Evergraph.Graph;

/// <summary>
/// Another world in which a size can be computed: source text of a kernel, nodes of a graph. <see cref="Dim.Fold{T}(IDimAlgebra{T})"/> walks an
/// expression and builds its value there.
/// </summary>
/// <typeparam name="T">A value in that world.</typeparam>
public interface IDimAlgebra<T>
{
    /// <summary>A number.</summary>
    T Constant(long value);

    /// <summary>A symbol.</summary>
    T Symbol(Symbol symbol);

    /// <summary>The sum of two values.</summary>
    T Add(T left, T right);

    /// <summary>The product of two values.</summary>
    T Multiply(T left, T right);

    /// <summary>The quotient rounded down.</summary>
    /// <param name="left">The dividend.</param>
    /// <param name="right">The divisor.</param>
    /// <param name="truncates">Whether rounding towards zero gives the same: both sides are known to be at least 0.</param>
    T FloorDivide(T left, T right, bool truncates);

    /// <summary>The smaller of two values.</summary>
    T Minimum(T left, T right);

    /// <summary>The larger of two values.</summary>
    T Maximum(T left, T right);
}
