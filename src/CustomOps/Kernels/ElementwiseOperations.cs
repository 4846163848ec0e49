using System.Numerics;

namespace Evergraph.CustomOps.Kernels;

/// <summary>A function of one floating-point number; the 16-bit types are computed in float.</summary>
public interface IFloatFunction
{
    /// <summary>Computes <c>y = f(x)</c> element by element; the spans do not overlap.</summary>
    void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>A function of one number of any type but bool.</summary>
public interface INumberFunction
{
    /// <summary>Computes <c>y = f(x)</c> element by element; the spans do not overlap.</summary>
    void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T>;
}

/// <summary>A function of one integer.</summary>
public interface IIntegerFunction
{
    /// <summary>Computes <c>y = f(x)</c> element by element; the spans do not overlap.</summary>
    void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>An operation on two floating-point numbers; the 16-bit types are computed in float.</summary>
public interface IFloatOperation
{
    /// <summary>Computes <c>y = f(a, b)</c> element by element; the spans do not overlap.</summary>
    void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>An operation on two numbers of any type but bool; integers wrap around.</summary>
public interface INumberOperation
{
    /// <summary>Computes <c>y = f(a, b)</c> element by element; the spans do not overlap.</summary>
    void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T>;
}

/// <summary>An operation on two integers; bool takes part as bytes 0 and 1, which the result must be too.</summary>
public interface IIntegerOperation
{
    /// <summary>Computes <c>y = f(a, b)</c> element by element; the spans do not overlap.</summary>
    void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>A comparison of two numbers; bool takes part as bytes 0 and 1.</summary>
public interface IComparison
{
    /// <summary>Computes <c>y = a ∘ b</c> element by element.</summary>
    void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T>;
}
