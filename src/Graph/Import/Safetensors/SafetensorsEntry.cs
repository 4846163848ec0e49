
namespace Evergraph.Graph.Import.Safetensors;

/// <summary>A tensor of a safetensors file: row-major bytes, mapped where they are stored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Format">The format's name of the element type, for example <c>F32</c>.</param>
/// <param name="Sizes">Elements along each axis.</param>
/// <param name="Bytes">The elements, row-major, little-endian.</param>
public sealed record SafetensorsEntry(string Name, string Format, long[] Sizes, StorageRegion Bytes)
{
    /// <summary>Bytes of an element of each type of the format.</summary>
    internal static readonly Dictionary<string, int> FormatBytes = new(StringComparer.Ordinal)
    {
        ["F64"] = 8,
        ["F32"] = 4,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["I64"] = 8,
        ["U64"] = 8,
        ["I32"] = 4,
        ["U32"] = 4,
        ["I16"] = 2,
        ["U16"] = 2,
        ["I8"] = 1,
        ["U8"] = 1,
        ["BOOL"] = 1,
        ["F8_E4M3"] = 1,
        ["F8_E5M2"] = 1,
        ["C64"] = 8,
    };

    private static readonly Dictionary<string, DType> DTypesByFormat = new(StringComparer.Ordinal)
    {
        ["F64"] = DType.Float64,
        ["F32"] = DType.Float32,
        ["F16"] = DType.Float16,
        ["BF16"] = DType.BFloat16,
        ["I64"] = DType.Int64,
        ["I32"] = DType.Int32,
        ["I8"] = DType.Int8,
        ["U8"] = DType.UInt8,
        ["BOOL"] = DType.Bool,
    };

    /// <summary>The product of the sizes.</summary>
    public long Elements => Bytes.Length / FormatBytes[Format];

    /// <summary>The tensor, without copying.</summary>
    /// <exception cref="ImportException">The element type is not one of ours.</exception>
    public Tensor ToTensor() => DTypesByFormat.TryGetValue(Format, out var dtype)
        ? new(dtype, Sizes, Storage.Map(Bytes.Address, Bytes.Length, Bytes))
        : throw new ImportException($"tensor '{Name}' has elements of {Format}: expected one of {string.Join(", ", DTypesByFormat.Keys)}");
}
