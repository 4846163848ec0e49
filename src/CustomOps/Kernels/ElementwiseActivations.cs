using System.Numerics;

namespace Evergraph.CustomOps.Kernels;

/// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
public readonly struct SigmoidFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // TensorPrimitives.Sigmoid refuses empty spans.
        TensorPrimitives.Negate(x, y);
        TensorPrimitives.Exp(y, y);
        TensorPrimitives.Add(y, T.One, y);
        TensorPrimitives.Divide(T.One, y, y);
    }
}

/// <summary>x · σ(x).</summary>
public readonly struct SiluFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // x / (1 + e⁻ˣ) rounds once less than x · σ(x).
        TensorPrimitives.Negate(x, y);
        TensorPrimitives.Exp(y, y);
        TensorPrimitives.Add(y, T.One, y);
        TensorPrimitives.Divide(x, y, y);
    }
}

/// <summary>GELU, x · Φ(x) = x/2 · (1 + erf(x/√2)).</summary>
public readonly struct GeluExactFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Multiply(x, T.CreateTruncating(Math.Sqrt(0.5)), y);
        ErrorFunction.Apply<T>(y, y);
        TensorPrimitives.Add(y, T.One, y);
        TensorPrimitives.Multiply(y, x, y);
        TensorPrimitives.Multiply(y, T.CreateTruncating(0.5), y);
    }
}

/// <summary>GELU by tanh, x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).</summary>
public readonly struct GeluByTanhFunction : IFloatFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T half = T.CreateTruncating(0.5);
        T slope = T.CreateTruncating(Math.Sqrt(2 / Math.PI));
        T cubic = T.CreateTruncating(0.044715);
        for (int i = 0; i < x.Length; i++)
        {
            T inner = slope * (x[i] + (cubic * x[i] * x[i] * x[i]));
            y[i] = half * x[i] * (T.One + T.Tanh(inner));
        }
    }
}
