using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Native;

/// <summary>ONNX's numbers of element types (<c>TensorProto.DataType</c>), which ONNX Runtime's C interface shares.</summary>
internal static class ElementTypes
{
    /// <summary>No type: an operator that takes any.</summary>
    public const int Undefined = 0;

    /// <summary>ONNX's number of an element type.</summary>
    public static int Of(DType dtype) => dtype switch
    {
        DType.Float32 => 1,
        DType.UInt8 => 2,
        DType.Int8 => 3,
        DType.Int32 => 6,
        DType.Int64 => 7,
        DType.Bool => 9,
        DType.Float16 => 10,
        DType.Float64 => 11,
        DType.BFloat16 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a DType"),
    };

    /// <summary>The element type of ONNX's number, or null where we have none.</summary>
    public static DType? From(int number) => number switch
    {
        1 => DType.Float32,
        2 => DType.UInt8,
        3 => DType.Int8,
        6 => DType.Int32,
        7 => DType.Int64,
        9 => DType.Bool,
        10 => DType.Float16,
        11 => DType.Float64,
        16 => DType.BFloat16,
        _ => null,
    };
}
