using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>Element types and numbers as kernels write them.</summary>
internal static class CTypes
{
    /// <summary>The type that elements have in memory.</summary>
    public static string Of(DType dtype) => dtype switch
    {
        DType.Float32 => "float",
        DType.Float64 => "double",
        DType.Float16 => "float16",
        DType.BFloat16 => "bfloat16",
        DType.Int8 => "int8_t",
        DType.UInt8 => "uint8_t",
        DType.Int32 => "int32_t",
        DType.Int64 => "int64_t",
        _ => "bool",
    };

    /// <summary>The type that is computed in for elements of a type.</summary>
    public static DType Computed(DType dtype) => dtype.IsFloating() && dtype.Size() == 2 ? DType.Float32 : dtype;

    /// <summary>A number as a literal of a type that is computed in.</summary>
    public static string Literal(Scalar number, DType dtype) => Text(number, dtype) is var text && text[0] == '-' ? $"({text})" : text;

    private static string Text(Scalar number, DType dtype) => dtype switch
    {
        DType.Float64 => Bits(number.ToDouble()),
        DType.Float32 => Bits((float)number.ToDouble()),
        DType.Bool => number.ToBool() ? "true" : "false",
        DType.Int64 => number.ToInt64() == long.MinValue ? "(-9223372036854775807LL - 1)" : $"{number.ToInt64()}LL",

        // Numbers that do not fit wrap around, as casts of tensors do.
        DType.Int32 => unchecked((int)number.ToInt64()) == int.MinValue ? "(-2147483647 - 1)" : $"{unchecked((int)number.ToInt64())}",
        DType.Int8 => $"{unchecked((sbyte)number.ToInt64())}",
        _ => $"{unchecked((byte)number.ToInt64())}",
    };

    // Hexadecimal bits say exactly which number is meant, infinities and NaN included; the text is only for the reader.
    private static string Bits(double value) => $"__longlong_as_double(0x{BitConverter.DoubleToInt64Bits(value):x16}LL)";

    private static string Bits(float value) =>
        float.IsInteger(value) && Math.Abs(value) < 1e6f && !(value == 0 && float.IsNegative(value))
            ? FormattableString.Invariant($"{value:0.0}f")
            : $"__int_as_float(0x{BitConverter.SingleToInt32Bits(value):x8})";
}
