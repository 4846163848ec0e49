using System.Numerics;

namespace Evergraph.CustomOps.Kernels;

/// <summary>Bit by bit a and b; for bool the logical operation.</summary>
public readonly struct BitAndOperation : IIntegerOperation
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => TensorPrimitives.BitwiseAnd(a, b, y);
}

/// <summary>Bit by bit a or b; for bool the logical operation.</summary>
public readonly struct BitOrOperation : IIntegerOperation
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => TensorPrimitives.BitwiseOr(a, b, y);
}

/// <summary>Every bit the other way; not for bool, whose bytes must stay 0 and 1.</summary>
public readonly struct BitNotFunction : IIntegerFunction
{
    /// <inheritdoc/>
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => TensorPrimitives.OnesComplement(x, y);
}
