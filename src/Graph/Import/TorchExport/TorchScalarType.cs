namespace Evergraph.Graph.Import.TorchExport;

/// <summary>The element types of a .pt2 file, by PyTorch's numbers in torch/_export/serde/schema.py.</summary>
public enum TorchScalarType
{
    /// <summary>Not told.</summary>
    Unknown = 0,
    /// <summary>uint8.</summary>
    Byte = 1,
    /// <summary>int8.</summary>
    Char = 2,
    /// <summary>int16.</summary>
    Short = 3,
    /// <summary>int32.</summary>
    Int = 4,
    /// <summary>int64.</summary>
    Long = 5,
    /// <summary>float16.</summary>
    Half = 6,
    /// <summary>float32.</summary>
    Float = 7,
    /// <summary>float64.</summary>
    Double = 8,
    /// <summary>A pair of float16.</summary>
    ComplexHalf = 9,
    /// <summary>A pair of float32.</summary>
    ComplexFloat = 10,
    /// <summary>A pair of float64.</summary>
    ComplexDouble = 11,
    /// <summary>bool, one byte.</summary>
    Bool = 12,
    /// <summary>bfloat16.</summary>
    BFloat16 = 13,
    /// <summary>uint16.</summary>
    UInt16 = 28,
    /// <summary>float8_e4m3fn.</summary>
    Float8E4M3FN = 29,
    /// <summary>float8_e5m2.</summary>
    Float8E5M2 = 30,
    /// <summary>float8_e4m3fnuz.</summary>
    Float8E4M3FNUZ = 31,
    /// <summary>float8_e5m2fnuz.</summary>
    Float8E5M2FNUZ = 32,
    /// <summary>uint32.</summary>
    UInt32 = 34,
    /// <summary>uint64.</summary>
    UInt64 = 35,
}

/// <summary>Facts of the element types of a .pt2 file.</summary>
internal static class TorchScalarTypes
{
    private static readonly Dictionary<TorchScalarType, (string Name, int Bytes)> Facts = new()
    {
        [TorchScalarType.Byte] = ("uint8", 1),
        [TorchScalarType.Char] = ("int8", 1),
        [TorchScalarType.Short] = ("int16", 2),
        [TorchScalarType.Int] = ("int32", 4),
        [TorchScalarType.Long] = ("int64", 8),
        [TorchScalarType.Half] = ("float16", 2),
        [TorchScalarType.Float] = ("float32", 4),
        [TorchScalarType.Double] = ("float64", 8),
        [TorchScalarType.ComplexHalf] = ("complex32", 4),
        [TorchScalarType.ComplexFloat] = ("complex64", 8),
        [TorchScalarType.ComplexDouble] = ("complex128", 16),
        [TorchScalarType.Bool] = ("bool", 1),
        [TorchScalarType.BFloat16] = ("bfloat16", 2),
        [TorchScalarType.UInt16] = ("uint16", 2),
        [TorchScalarType.Float8E4M3FN] = ("float8_e4m3fn", 1),
        [TorchScalarType.Float8E5M2] = ("float8_e5m2", 1),
        [TorchScalarType.Float8E4M3FNUZ] = ("float8_e4m3fnuz", 1),
        [TorchScalarType.Float8E5M2FNUZ] = ("float8_e5m2fnuz", 1),
        [TorchScalarType.UInt32] = ("uint32", 4),
        [TorchScalarType.UInt64] = ("uint64", 8),
    };

    private static readonly Dictionary<string, TorchScalarType> ByName =
        Facts.ToDictionary(static f => f.Value.Name, static f => f.Key, StringComparer.Ordinal);

    private static readonly Dictionary<string, TorchScalarType> ByLegacyStorage = new(StringComparer.Ordinal)
    {
        ["ByteStorage"] = TorchScalarType.Byte,
        ["CharStorage"] = TorchScalarType.Char,
        ["ShortStorage"] = TorchScalarType.Short,
        ["IntStorage"] = TorchScalarType.Int,
        ["LongStorage"] = TorchScalarType.Long,
        ["HalfStorage"] = TorchScalarType.Half,
        ["FloatStorage"] = TorchScalarType.Float,
        ["DoubleStorage"] = TorchScalarType.Double,
        ["ComplexFloatStorage"] = TorchScalarType.ComplexFloat,
        ["ComplexDoubleStorage"] = TorchScalarType.ComplexDouble,
        ["BoolStorage"] = TorchScalarType.Bool,
        ["BFloat16Storage"] = TorchScalarType.BFloat16,
    };

    public static bool IsKnown(long code) => Facts.ContainsKey((TorchScalarType)code) && code <= int.MaxValue;

    public static string Name(this TorchScalarType type) => Facts.TryGetValue(type, out var facts) ? facts.Name : $"dtype {(int)type}";

    /// <summary>Our element type, or null where we have none.</summary>
    public static DType? ToDType(this TorchScalarType type) => type switch
    {
        TorchScalarType.Byte => DType.UInt8,
        TorchScalarType.Char => DType.Int8,
        TorchScalarType.Int => DType.Int32,
        TorchScalarType.Long => DType.Int64,
        TorchScalarType.Half => DType.Float16,
        TorchScalarType.Float => DType.Float32,
        TorchScalarType.Double => DType.Float64,
        TorchScalarType.Bool => DType.Bool,
        TorchScalarType.BFloat16 => DType.BFloat16,
        _ => null,
    };

    /// <summary>The names of the element types that <see cref="ToDType"/> gives.</summary>
    public static string SupportedNames { get; } = string.Join(", ", DTypes.All.Select(static d => d.Name()));

    /// <summary>Bytes of an element.</summary>
    public static int Size(this TorchScalarType type) => Facts[type].Bytes;

    public static bool TryParse(string name, out TorchScalarType type) => ByName.TryGetValue(name, out type);

    public static bool TryParseStorage(string className, out TorchScalarType type) => ByLegacyStorage.TryGetValue(className, out type);
}
