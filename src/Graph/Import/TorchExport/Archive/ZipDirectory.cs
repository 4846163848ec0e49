using System.Buffers.Binary;
using System.Text;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Reads a zip's end record and central directory (APPNOTE 4.3.12 to 4.3.16, with zip64).</summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint End64Signature = 0x06064b50;
    private const uint Locator64Signature = 0x07064b50;
    private const uint EntrySignature = 0x02014b50;
    private const int EndBytes = 22;
    private const int LocatorBytes = 20;
    private const int End64Bytes = 56;
    private const int EntryBytes = 46;

    /// <summary>The entries in the directory's order, with full names, and where the directory starts.</summary>
    /// <exception cref="ImportException">The archive is not a zip, is truncated or contradicts itself.</exception>
    public static (List<ZipEntry> Entries, long Start) Read(StorageRegion file, string place)
    {
        (long start, long bytes, long count) = FindDirectory(file, place);
        if (count > bytes / EntryBytes)
            throw new ImportException($"{place}: the zip directory has room for {bytes / EntryBytes} entries, but claims {count}; the file is damaged, export it again");
        var entries = new List<ZipEntry>((int)count);
        long at = start, end = start + bytes;
        for (long i = 0; i < count; i++)
            entries.Add(ReadEntry(file, ref at, end, start, i, place));
        return (entries, start);
    }

    private static (long Start, long Bytes, long Count) FindDirectory(StorageRegion file, string place)
    {
        long at = FindEnd(file, place);
        ReadOnlySpan<byte> end = file.Span(at, EndBytes);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        long bytes = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        long start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        if (at >= LocatorBytes)
        {
            ReadOnlySpan<byte> locator = file.Span(at - LocatorBytes, LocatorBytes);
            if (BinaryPrimitives.ReadUInt32LittleEndian(locator) == Locator64Signature)
            {
                long end64 = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
                if (end64 < 0 || end64 > at - LocatorBytes - End64Bytes)
                    throw new ImportException($"{place}: the zip64 end record is said to be at {end64}, outside the file of {file.Length} bytes; the file is damaged, export it again");
                ReadOnlySpan<byte> record = file.Span(end64, End64Bytes);
                if (BinaryPrimitives.ReadUInt32LittleEndian(record) != End64Signature)
                    throw new ImportException($"{place}: no zip64 end record at {end64}, where its locator points; the file is damaged, export it again");
                count = BinaryPrimitives.ReadInt64LittleEndian(record[32..]);
                bytes = BinaryPrimitives.ReadInt64LittleEndian(record[40..]);
                start = BinaryPrimitives.ReadInt64LittleEndian(record[48..]);
                at = end64;
            }
        }
        if (count < 0 || bytes < 0 || start < 0 || start > at || bytes > at - start)
            throw new ImportException($"{place}: the zip directory is said to be {bytes} bytes at {start}, but must end before its end record at {at}; the file is truncated or damaged, export it again");
        return (start, bytes, count);
    }

    private static long FindEnd(StorageRegion file, string place)
    {
        long tailStart = Math.Max(0, file.Length - EndBytes - ushort.MaxValue);
        ReadOnlySpan<byte> tail = file.Span(tailStart, (int)(file.Length - tailStart));
        for (int at = tail.Length - EndBytes; at >= 0; at--)
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[at..]) == EndSignature
                && at + EndBytes + BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) <= tail.Length)
                return tailStart + at;
        bool startsAsZip = file.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(file.Span(0, 4)) == 0x04034b50;
        throw new ImportException(startsAsZip
            ? $"{place}: the zip has no end record: the file of {file.Length} bytes is truncated; export or copy it again"
            : $"{place}: expected a zip archive (what torch.export.save writes), given something else of {file.Length} bytes; check the path");
    }

    private static ZipEntry ReadEntry(StorageRegion file, ref long at, long end, long directory, long index, string place)
    {
        if (end - at < EntryBytes)
            throw new ImportException($"{place}: the zip directory ends inside entry {index}; the file is damaged, export it again");
        ReadOnlySpan<byte> fields = file.Span(at, EntryBytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(fields) != EntrySignature)
            throw new ImportException($"{place}: entry {index} of the zip directory does not start with its signature (at {at}); the file is damaged, export it again");
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(fields[8..]);
        int method = BinaryPrimitives.ReadUInt16LittleEndian(fields[10..]);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(fields[16..]);
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(fields[20..]);
        long bytes = BinaryPrimitives.ReadUInt32LittleEndian(fields[24..]);
        int nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(fields[28..]);
        int extraBytes = BinaryPrimitives.ReadUInt16LittleEndian(fields[30..]);
        int commentBytes = BinaryPrimitives.ReadUInt16LittleEndian(fields[32..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(fields[42..]);
        if (end - at - EntryBytes < (long)nameBytes + extraBytes + commentBytes)
            throw new ImportException($"{place}: the zip directory ends inside entry {index}; the file is damaged, export it again");
        string name = Encoding.UTF8.GetString(file.Span(at + EntryBytes, nameBytes));
        ReadExtra64(file.Span(at + EntryBytes + nameBytes, extraBytes), ref bytes, ref packed, ref offset);
        if (packed < 0 || bytes < 0 || offset < 0 || offset > directory || packed > directory - offset)
            throw new ImportException($"{place}: entry '{name}' is said to take {packed} bytes from {offset}, outside the {directory} bytes before the zip directory; the file is truncated or damaged, export it again");
        at += EntryBytes + nameBytes + extraBytes + commentBytes;
        return new(name, method, (flags & 1) != 0, crc, packed, bytes, offset);
    }

    /// <summary>The zip64 field holds, in this order, only those of the three whose 32-bit field is all ones.</summary>
    private static void ReadExtra64(ReadOnlySpan<byte> extra, ref long bytes, ref long packed, ref long offset)
    {
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int size = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            ReadOnlySpan<byte> field = extra.Slice(4, size);
            if (id == 1)
            {
                Take(ref field, ref bytes);
                Take(ref field, ref packed);
                Take(ref field, ref offset);
                return;
            }
            extra = extra[(4 + size)..];
        }

        static void Take(ref ReadOnlySpan<byte> field, ref long value)
        {
            if (value != uint.MaxValue || field.Length < 8)
                return;
            value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[8..];
        }
    }
}
