using System.Numerics;

namespace Evergraph.CustomOps.Kernels;

/// <summary>a + b; for bool, whose 1 + 1 is 1, take <see cref="MaximumOperation"/>.</summary>
public readonly struct AddOperation : INumberOperation
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Add(a, b, y);
}

/// <summary>a − b.</summary>
public readonly struct SubtractOperation : INumberOperation
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(a, b, y);
}

/// <summary>a · b.</summary>
public readonly struct MultiplyOperation : INumberOperation
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(a, b, y);
}

/// <summary>The smaller one; NaN where either is NaN.</summary>
public readonly struct MinimumOperation : INumberOperation, IIntegerOperation
{
    void INumberOperation.Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Min(a, b, y);

    void IIntegerOperation.Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Min(a, b, y);
}

/// <summary>The larger one; NaN where either is NaN.</summary>
public readonly struct MaximumOperation : INumberOperation, IIntegerOperation
{
    void INumberOperation.Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Max(a, b, y);

    void IIntegerOperation.Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Max(a, b, y);
}

/// <summary>−x; the smallest integer is its own negative.</summary>
public readonly struct NegateFunction : INumberFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Negate(x, y);
}

/// <summary>|x|; the smallest integer is its own absolute value.</summary>
public readonly struct AbsoluteFunction : INumberFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            TensorPrimitives.Abs(x, y);
        }
        else
        {
            // TensorPrimitives.Abs throws at the smallest integer, where PyTorch wraps.
            for (int i = 0; i < x.Length; i++)
                y[i] = T.IsNegative(x[i]) ? T.Zero - x[i] : x[i];
        }
    }
}

/// <summary>max(x, 0); NaN stays.</summary>
public readonly struct ReluFunction : INumberFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T> => TensorPrimitives.Max(x, T.Zero, y);
}

/// <summary>min(max(x, lower), upper): the upper limit wins where the limits cross, and NaN stays.</summary>
/// <param name="lower">A 0-d tensor of the result's type, or null for no limit.</param>
/// <param name="upper">A 0-d tensor of the result's type, or null for no limit.</param>
public readonly struct ClampFunction(Tensor? lower, Tensor? upper) : INumberFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        if (lower is not null)
        {
            TensorPrimitives.Max(x, Read<T>(lower), y);
            x = y;
        }

        if (upper is not null)
            TensorPrimitives.Min(x, Read<T>(upper), y);
    }

    private static T Read<T>(Tensor limit)
        where T : unmanaged
    {
        T value = default;
        Casts.Convert(limit.ReadOnlyBytes(), limit.DType, System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<T>(ref value)), DTypeOf<T>.Value);
        return value;
    }
}
