namespace Evergraph.Graph;

/// <summary>The element type that a C# type stores, found once per type.</summary>
public static class DTypeOf<T>
    where T : unmanaged
{
    /// <summary>The element type.</summary>
    /// <exception cref="EvergraphException">No element type is stored as <typeparamref name="T"/>.</exception>
    public static DType Value => Found ?? throw new EvergraphException(
        $"no element type is stored as {typeof(T).Name}: expected float, double, Half, BFloat16, sbyte, byte, int, long or bool");

    private static readonly DType? Found =
        typeof(T) == typeof(float) ? DType.Float32
        : typeof(T) == typeof(double) ? DType.Float64
        : typeof(T) == typeof(Half) ? DType.Float16
        : typeof(T) == typeof(BFloat16) ? DType.BFloat16
        : typeof(T) == typeof(sbyte) ? DType.Int8
        : typeof(T) == typeof(byte) ? DType.UInt8
        : typeof(T) == typeof(int) ? DType.Int32
        : typeof(T) == typeof(long) ? DType.Int64
        : typeof(T) == typeof(bool) ? DType.Bool
        : null;
}
