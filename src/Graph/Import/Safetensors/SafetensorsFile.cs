using System.Buffers.Binary;
using System.Text;

namespace Evergraph.Graph.Import.Safetensors;

/// <summary>
/// A safetensors file: eight bytes of header length, a JSON header, then the bytes. Entries are mapped, never copied.
/// https://github.com/huggingface/safetensors#format
/// </summary>
public sealed class SafetensorsFile
{
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    private SafetensorsFile(string path, Dictionary<string, SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        Path = path;
        _entries = entries;
        Metadata = metadata;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The texts under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, in the header's order.</summary>
    public IReadOnlyCollection<SafetensorsEntry> Entries => _entries.Values;

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="ImportException">There is none.</exception>
    public SafetensorsEntry this[string name] => _entries.TryGetValue(name, out SafetensorsEntry? entry)
        ? entry
        : throw new ImportException($"{Path}: there is no tensor '{name}'; it has {_entries.Count}: {string.Join(", ", _entries.Keys.Take(10))}{(_entries.Count > 10 ? ", …" : "")}");

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool TryGet(string name, out SafetensorsEntry? entry) => _entries.TryGetValue(name, out entry);

    /// <summary>Maps the file and reads its header.</summary>
    /// <exception cref="ImportException">The file is missing, truncated or contradicts itself.</exception>
    public static SafetensorsFile Open(string path, ImportLimits? limits = null)
    {
        limits ??= ImportLimits.Default;
        StorageRegion file = MappedFile.Open(path).Whole;
        if (file.Length < 8)
            throw new ImportException($"{path}: expected a safetensors file, given {file.Length} bytes; check the path");
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(file.Span(0, 8));
        if (headerBytes > (ulong)(file.Length - 8) || headerBytes > (ulong)limits.MaxHeaderBytes)
            throw new ImportException($"{path}: its safetensors header claims {headerBytes} bytes, of {file.Length - 8} in the file; the file is truncated or no safetensors file");
        StorageRegion data = file.Slice(8 + (long)headerBytes, file.Length - 8 - (long)headerBytes);
        var json = new JsonCursor(file.Span(8, (int)headerBytes), $"{path}: header");
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var extents = new List<(long Begin, long End, string Name)>();
        json.Next();
        json.BeginObject("header");
        while (json.NextEntry(out string name))
        {
            if (name == "__metadata__")
                ReadMetadata(ref json, metadata);
            else if (!entries.TryAdd(name, ReadEntry(ref json, name, data, extents)))
                throw json.Fault($"two tensors are named '{name}', expected one");
        }
        json.End();
        RefuseOverlaps(extents, path);
        return new(path, entries, metadata);
    }

    private static void ReadMetadata(ref JsonCursor json, Dictionary<string, string> metadata)
    {
        json.BeginObject("__metadata__");
        while (json.NextEntry(out string key))
            metadata[key] = json.Text("__metadata__");
    }

    private static SafetensorsEntry ReadEntry(ref JsonCursor json, string name, StorageRegion data, List<(long, long, string)> extents)
    {
        json.BeginObject(name);
        string? format = null;
        long[]? sizes = null, offsets = null;
        while (json.NextProperty())
        {
            if (json.Is("dtype"u8))
                format = json.Text(name);
            else if (json.Is("shape"u8))
                sizes = ReadInts(ref json, name);
            else if (json.Is("data_offsets"u8))
                offsets = ReadInts(ref json, name);
            else
                json.Skip();
        }
        if (format is null || sizes is null || offsets is not [var begin, var end])
            throw json.Fault($"tensor '{name}': expected dtype, shape and two data_offsets");
        if (!SafetensorsEntry.FormatBytes.TryGetValue(format, out int size))
            throw json.Fault($"tensor '{name}': unknown dtype '{format}', expected one of {string.Join(", ", SafetensorsEntry.FormatBytes.Keys)}");
        if (begin < 0 || end < begin || end > data.Length)
            throw json.Fault($"tensor '{name}': its bytes are said to be {begin} to {end}, of {data.Length} in the file");
        Int128 bytes = size;
        foreach (long extent in sizes)
        {
            if (extent < 0)
                throw json.Fault($"tensor '{name}': expected sizes of 0 or more, given [{string.Join(", ", sizes)}]");
            // A product beyond the file cannot become right again, except by a zero.
            bytes = bytes > long.MaxValue && extent != 0 ? bytes : bytes * extent;
        }
        if (bytes != end - begin)
            throw json.Fault($"tensor '{name}': {format}[{string.Join(", ", sizes)}] does not take the {end - begin} bytes that its offsets give it");
        extents.Add((begin, end, name));
        return new(name, format, sizes, data.Slice(begin, end - begin));
    }

    private static long[] ReadInts(ref JsonCursor json, string name)
    {
        json.BeginArray(name);
        var values = new List<long>(4);
        while (json.NextItem())
            values.Add(json.Int(name));
        return [.. values];
    }

    private static void RefuseOverlaps(List<(long Begin, long End, string Name)> extents, string path)
    {
        extents.Sort();
        for (int i = 1; i < extents.Count; i++)
            if (extents[i].Begin < extents[i - 1].End)
                throw new ImportException($"{path}: tensors '{extents[i - 1].Name}' and '{extents[i].Name}' share bytes, expected each its own; save the file again");
    }
}
