using System.Numerics;

namespace Evergraph.CustomOps.Kernels;

/// <summary>eˣ.</summary>
public readonly struct ExpFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Exp(x, y);
}

/// <summary>The natural logarithm.</summary>
public readonly struct LogFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Log(x, y);
}

/// <summary>The sine of radians.</summary>
public readonly struct SineFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Sin(x, y);
}

/// <summary>The cosine of radians.</summary>
public readonly struct CosineFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Cos(x, y);
}

/// <summary>The hyperbolic tangent.</summary>
public readonly struct HyperbolicTangentFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // TensorPrimitives.Tanh subtracts near 0, where its result loses all digits.
        for (int i = 0; i < x.Length; i++)
            y[i] = T.Tanh(x[i]);
    }
}

/// <summary>The error function.</summary>
public readonly struct ErfFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ErrorFunction.Apply(x, y);
}

/// <summary>√x; NaN below 0.</summary>
public readonly struct SquareRootFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Sqrt(x, y);
}

/// <summary>1/√x.</summary>
public readonly struct ReciprocalSquareRootFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Sqrt(x, y);
        TensorPrimitives.Divide(T.One, y, y);
    }
}

/// <summary>1/x.</summary>
public readonly struct InverseFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Divide(T.One, x, y);
}

/// <summary>The largest integer not above x.</summary>
public readonly struct FloorFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Floor(x, y);
}

/// <summary>The smallest integer not below x.</summary>
public readonly struct CeilingFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Ceiling(x, y);
}

/// <summary>The nearest integer, halves to the even one.</summary>
public readonly struct RoundToEvenFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Round(x, MidpointRounding.ToEven, y);
}
