using System.Buffers.Binary;
using System.Text.Json;

namespace Evergraph.Graph.Import.Safetensors;

/// <summary>Writes safetensors files.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes the tensors, in order, to <paramref name="path"/>: name, the format's element type such as <c>F32</c>, sizes, and row-major little-endian bytes.</summary>
    /// <exception cref="ArgumentException">The bytes are not as many as the type and the sizes take, a type is unknown, or a name comes twice.</exception>
    public static void Write(string path, IEnumerable<(string Name, string Format, long[] Sizes, ReadOnlyMemory<byte> Bytes)> tensors)
    {
        (string Name, string Format, long[] Sizes, ReadOnlyMemory<byte> Bytes)[] all = [.. tensors];
        byte[] header = Header(all);
        using FileStream file = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header);
        foreach (var tensor in all)
            file.Write(tensor.Bytes.Span);
    }

    private static byte[] Header((string Name, string Format, long[] Sizes, ReadOnlyMemory<byte> Bytes)[] tensors)
    {
        using var buffer = new MemoryStream();
        var names = new HashSet<string>(StringComparer.Ordinal);
        using (var json = new Utf8JsonWriter(buffer))
        {
            long offset = 0;
            json.WriteStartObject();
            foreach (var (name, format, sizes, bytes) in tensors)
            {
                long elements = sizes.Aggregate(1L, static (product, size) => checked(product * size));
                if (!SafetensorsEntry.FormatBytes.TryGetValue(format, out int size) || elements * size != bytes.Length)
                    throw new ArgumentException($"tensor '{name}': {format}[{string.Join(", ", sizes)}] does not take {bytes.Length} bytes", nameof(tensors));
                if (!names.Add(name))
                    throw new ArgumentException($"two tensors are named '{name}'", nameof(tensors));
                json.WriteStartObject(name);
                json.WriteString("dtype", format);
                json.WriteStartArray("shape");
                foreach (long extent in sizes)
                    json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // The bytes start at a multiple of eight, so that any element type is aligned.
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }
}
