using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>Addition; integers wrap around.</summary>
internal readonly struct Summation<T> : IReduction<T>
    where T : unmanaged, INumber<T>
{
    public static T Identity => T.Zero;

    public static T Join(T a, T b) => unchecked(a + b);

    public static T Row(ReadOnlySpan<T> values) => TensorPrimitives.Sum(values);

    public static void Rows(ReadOnlySpan<T> values, Span<T> into) => TensorPrimitives.Add(into, values, into);
}

/// <summary>Multiplication; integers wrap around.</summary>
internal readonly struct Multiplication<T> : IReduction<T>
    where T : unmanaged, INumber<T>
{
    public static T Identity => T.One;

    public static T Join(T a, T b) => unchecked(a * b);

    public static T Row(ReadOnlySpan<T> values) => TensorPrimitives.Product(values);

    public static void Rows(ReadOnlySpan<T> values, Span<T> into) => TensorPrimitives.Multiply(into, values, into);
}

/// <summary>The greatest; NaN if there is one. Nothing is joined to the least value of an integer type: floats are never of nothing.</summary>
internal readonly struct Greatest<T> : IReduction<T>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    public static T Identity => T.MinValue;

    public static T Join(T a, T b) => T.Max(a, b);

    public static T Row(ReadOnlySpan<T> values) => TensorPrimitives.Max(values);

    public static void Rows(ReadOnlySpan<T> values, Span<T> into) => TensorPrimitives.Max(into, values, into);
}

/// <summary>The least; NaN if there is one. Nothing is joined to the greatest value of an integer type: floats are never of nothing.</summary>
internal readonly struct Least<T> : IReduction<T>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    public static T Identity => T.MaxValue;

    public static T Join(T a, T b) => T.Min(a, b);

    public static T Row(ReadOnlySpan<T> values) => TensorPrimitives.Min(values);

    public static void Rows(ReadOnlySpan<T> values, Span<T> into) => TensorPrimitives.Min(into, values, into);
}
