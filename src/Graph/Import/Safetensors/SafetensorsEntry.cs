
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
        ["F64"] = 8, ["F32"] = 4, ["F16"] = 2, ["BF16"] = 2, ["I64"] = 8, ["U64"] = 8, ["I32"] = 4, ["U32"] = 4,
        ["I16"] = 2, ["U16"] = 2, ["I8"] = 1, ["U8"] = 1, ["BOOL"] = 1, ["F8_E4M3"] = 1, ["F8_E5M2"] = 1, ["C64"] = 8,
    };

    /// <summary>The product of the sizes.</summary>
    public long Elements => Bytes.Length / FormatBytes[Format];
}
