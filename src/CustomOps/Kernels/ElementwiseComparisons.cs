using System.Numerics;

namespace Evergraph.CustomOps.Kernels;

/// <summary>a = b; NaN equals nothing.</summary>
public readonly struct EqualComparison : IComparison
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i] == b[i];
    }
}

/// <summary>a ≠ b; NaN differs from everything.</summary>
public readonly struct NotEqualComparison : IComparison
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i] != b[i];
    }
}

/// <summary>a &lt; b.</summary>
public readonly struct LessComparison : IComparison
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i] < b[i];
    }
}

/// <summary>a ≤ b.</summary>
public readonly struct LessOrEqualComparison : IComparison
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i] <= b[i];
    }
}

/// <summary>a &gt; b.</summary>
public readonly struct GreaterComparison : IComparison
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i] > b[i];
    }
}

/// <summary>a ≥ b.</summary>
public readonly struct GreaterOrEqualComparison : IComparison
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = a[i] >= b[i];
    }
}
