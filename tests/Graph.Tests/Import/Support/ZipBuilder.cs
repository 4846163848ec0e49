using System.IO.Compression;
using System.Text;

namespace Evergraph.Graph.Tests.Import;

/// <summary>Writes zips, right ones and wrong ones.</summary>
internal sealed class ZipBuilder
{
    private readonly List<Entry> _entries = [];

    public sealed record Entry(string Name, byte[] Data)
    {
        public bool Deflated { get; init; }
        public bool Descriptor { get; init; }
        public bool Zip64 { get; init; }
        public int Padding { get; init; }
        public int Flags { get; init; }
        public int? Method { get; init; }
        public uint? Crc { get; init; }
        public long? DeclaredBytes { get; init; }
        public long? DeclaredPacked { get; init; }
        public long? DeclaredOffset { get; init; }
    }

    public ZipBuilder Add(Entry entry)
    {
        _entries.Add(entry);
        return this;
    }

    public ZipBuilder Add(string name, byte[] data) => Add(new Entry(name, data));

    public ZipBuilder Add(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    public byte[] Build(string comment = "", bool zip64 = false)
    {
        using var file = new MemoryStream();
        using var w = new BinaryWriter(file);
        using var directory = new MemoryStream();
        using var d = new BinaryWriter(directory);
        foreach (Entry e in _entries)
            WriteEntry(e, w, d, file);
        w.Flush();
        d.Flush();
        long start = file.Position;
        w.Write(directory.ToArray());
        if (zip64)
            WriteEnd64(w, start, directory.Length, file);
        w.Write(0x06054b50u);
        w.Write((ushort)0);
        w.Write((ushort)0);
        w.Write(zip64 ? ushort.MaxValue : (ushort)_entries.Count);
        w.Write(zip64 ? ushort.MaxValue : (ushort)_entries.Count);
        w.Write(zip64 ? uint.MaxValue : (uint)directory.Length);
        w.Write(zip64 ? uint.MaxValue : (uint)start);
        w.Write((ushort)comment.Length);
        w.Write(Encoding.ASCII.GetBytes(comment));
        w.Flush();
        return file.ToArray();
    }

    private static void WriteEntry(Entry e, BinaryWriter w, BinaryWriter d, MemoryStream file)
    {
        byte[] packed = e.Deflated ? Deflate(e.Data) : e.Data;
        byte[] name = Encoding.UTF8.GetBytes(e.Name);
        uint crc = e.Crc ?? Crc32.HashToUInt32(e.Data);
        long bytes = e.DeclaredBytes ?? e.Data.Length, packedBytes = e.DeclaredPacked ?? packed.Length, offset = e.DeclaredOffset ?? file.Position;
        int method = e.Method ?? (e.Deflated ? 8 : 0), flags = e.Flags | (e.Descriptor ? 8 : 0);
        w.Write(0x04034b50u);
        w.Write((ushort)20);
        w.Write((ushort)flags);
        w.Write((ushort)method);
        w.Write(0u);
        // With a data descriptor the local header holds zeros.
        w.Write(e.Descriptor ? 0u : crc);
        w.Write(e.Descriptor ? 0u : (uint)packedBytes);
        w.Write(e.Descriptor ? 0u : (uint)bytes);
        w.Write((ushort)name.Length);
        w.Write((ushort)e.Padding);
        w.Write(name);
        w.Write(new byte[e.Padding]);
        w.Write(packed);
        if (e.Descriptor)
        {
            w.Write(0x08074b50u);
            w.Write(crc);
            w.Write((uint)packedBytes);
            w.Write((uint)bytes);
        }
        w.Flush();
        bool wide = e.Zip64 || bytes > uint.MaxValue || packedBytes > uint.MaxValue || offset > uint.MaxValue;
        d.Write(0x02014b50u);
        d.Write((ushort)20);
        d.Write((ushort)20);
        d.Write((ushort)flags);
        d.Write((ushort)method);
        d.Write(0u);
        d.Write(crc);
        d.Write(wide ? uint.MaxValue : (uint)packedBytes);
        d.Write(wide ? uint.MaxValue : (uint)bytes);
        d.Write((ushort)name.Length);
        d.Write((ushort)(wide ? 28 : 0));
        d.Write((ushort)0);
        d.Write((ushort)0);
        d.Write((ushort)0);
        d.Write(0u);
        d.Write(wide ? uint.MaxValue : (uint)offset);
        d.Write(name);
        if (!wide)
            return;
        d.Write((ushort)1);
        d.Write((ushort)24);
        d.Write(bytes);
        d.Write(packedBytes);
        d.Write(offset);
    }

    private void WriteEnd64(BinaryWriter w, long start, long bytes, MemoryStream file)
    {
        w.Flush();
        long end64 = file.Position;
        w.Write(0x06064b50u);
        w.Write(44L);
        w.Write((ushort)45);
        w.Write((ushort)45);
        w.Write(0u);
        w.Write(0u);
        w.Write((long)_entries.Count);
        w.Write((long)_entries.Count);
        w.Write(bytes);
        w.Write(start);
        w.Write(0x07064b50u);
        w.Write(0u);
        w.Write(end64);
        w.Write(1u);
    }

    private static byte[] Deflate(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(data);
        return packed.ToArray();
    }

    /// <summary>The checksum bit by bit from its definition, so that the table-driven one is tested against another.</summary>
    private static class Crc32
    {
        public static uint HashToUInt32(byte[] data)
        {
            uint crc = ~0u;
            foreach (byte b in data)
            {
                crc ^= b;
                for (int bit = 0; bit < 8; bit++)
                    crc = (crc & 1) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
            }
            return ~crc;
        }
    }
}
