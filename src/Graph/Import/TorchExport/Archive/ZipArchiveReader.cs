using System.Buffers.Binary;
using System.IO.Compression;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>
/// A zip over mapped bytes. Stored entries are read where they lie, at any alignment; deflated ones are unpacked, and never
/// to more than their declared size, which is held against the limits first.
/// (System.IO.Compression.ZipArchive gives streams, which cannot be mapped.)
/// </summary>
internal sealed unsafe class ZipArchiveReader
{
    private const uint LocalSignature = 0x04034b50;
    private const int LocalBytes = 30;

    /// <summary>Deflate cannot do better: a match of 258 bytes takes at least two bits (zlib's technical notes).</summary>
    private const long MaxDeflateRatio = 1032;

    private readonly StorageRegion _file;
    private readonly long _directory;
    private readonly Dictionary<string, ZipEntry> _entries;
    private long _unpackedBytesLeft;

    private ZipArchiveReader(StorageRegion file, string place, long directory, Dictionary<string, ZipEntry> entries, long unpackedBytes)
    {
        _file = file;
        Place = place;
        _directory = directory;
        _entries = entries;
        _unpackedBytesLeft = unpackedBytes;
    }

    /// <summary>How errors name this archive.</summary>
    public string Place { get; }

    /// <summary>Names without the root folder, in the directory's order.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>Reads the directory of the zip in <paramref name="file"/>.</summary>
    /// <exception cref="ImportException">It is no zip, or it is truncated, contradicts itself, overlaps or names an entry twice.</exception>
    public static ZipArchiveReader Open(StorageRegion file, string place, ImportLimits limits)
    {
        (List<ZipEntry> read, long directory) = ZipDirectory.Read(file, place);
        RefuseOverlaps(read, directory, place);
        int root = RootLength(read);
        var entries = new Dictionary<string, ZipEntry>(read.Count, StringComparer.Ordinal);
        foreach (ZipEntry entry in read)
        {
            string name = entry.Name[root..];
            if (!entries.TryAdd(name, entry with { Name = name }))
                throw new ImportException($"{place}: two entries are named '{entry.Name}', expected one; export the file again");
        }
        return new(file, place, directory, entries, limits.UnpackedBytes(file.Length));
    }

    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>The bytes of the entry, in place when it is stored.</summary>
    /// <exception cref="ImportException">There is no such entry, or it is damaged, encrypted, packed by an unknown method or too large.</exception>
    public StorageRegion Read(string name, bool checkCrc)
    {
        if (!_entries.TryGetValue(name, out ZipEntry? entry))
            throw new ImportException($"{Place}: there is no entry '{name}'; the file is incomplete, export it again");
        if (entry.IsEncrypted)
            throw new ImportException($"{Place}: entry '{name}' is encrypted, expected plain; unpack the archive and save it without a password");
        StorageRegion packed = _file.Slice(DataOffset(entry), entry.PackedBytes);
        StorageRegion bytes = entry.Method switch
        {
            ZipEntry.Stored when entry.Bytes == entry.PackedBytes => packed,
            ZipEntry.Stored => throw new ImportException(
                $"{Place}: entry '{name}' is stored, so it must take its {entry.Bytes} bytes, but takes {entry.PackedBytes}; the file is damaged, export it again"),
            ZipEntry.Deflated => Inflate(entry, packed),
            _ => throw new ImportException($"{Place}: entry '{name}' is packed by method {entry.Method}, expected 0 (stored) or 8 (deflate); save the file again with torch.export.save"),
        };
        if (checkCrc && Crc32.Of(SpanOf(bytes, name)) is var crc && crc != entry.Crc)
            throw new ImportException($"{Place}: entry '{name}' has checksum {crc:x8}, expected {entry.Crc:x8}; the file is damaged, export or copy it again");
        return bytes;
    }

    /// <summary>The bytes of an entry that is text and is read at once.</summary>
    /// <exception cref="ImportException">As <see cref="Read"/>, or the entry is 2 GiB or larger.</exception>
    public ReadOnlySpan<byte> ReadText(string name, out StorageRegion owner)
    {
        owner = Read(name, checkCrc: true);
        return SpanOf(owner, name);
    }

    private ReadOnlySpan<byte> SpanOf(StorageRegion bytes, string name) => bytes.Length <= int.MaxValue
        ? bytes.Span()
        : throw new ImportException($"{Place}: entry '{name}' has {bytes.Length} bytes, expected less than 2 GiB");

    private long DataOffset(ZipEntry entry)
    {
        long room = _directory - entry.HeaderOffset;
        if (room < LocalBytes)
            throw Damaged(entry);
        ReadOnlySpan<byte> header = _file.Span(entry.HeaderOffset, LocalBytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
            throw Damaged(entry);
        long headerBytes = LocalBytes + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (room - headerBytes < entry.PackedBytes)
            throw Damaged(entry);
        return entry.HeaderOffset + headerBytes;
    }

    private ImportException Damaged(ZipEntry entry) => new(
        $"{Place}: entry '{entry.Name}' has no whole header and {entry.PackedBytes} bytes at {entry.HeaderOffset}, where the zip directory points; the file is damaged, export it again");

    private StorageRegion Inflate(ZipEntry entry, StorageRegion packed)
    {
        if (entry.Bytes / MaxDeflateRatio > entry.PackedBytes)
            throw new ImportException(
                $"{Place}: entry '{entry.Name}' claims to unpack from {entry.PackedBytes} to {entry.Bytes} bytes, more than deflate can pack ({MaxDeflateRatio} to 1); the file is damaged, export it again");
        if (entry.Bytes > _unpackedBytesLeft)
            throw new ImportException(
                $"{Place}: entry '{entry.Name}' claims to unpack from {entry.PackedBytes} to {entry.Bytes} bytes, more than the {_unpackedBytesLeft} bytes that this file may unpack to; "
                + "if the file is trusted, save it again with torch.export.save, which does not pack");
        _unpackedBytesLeft -= entry.Bytes;
        var buffer = new UnpackedBuffer(entry.Bytes);
        bool whole = false;
        long at = 0;
        try
        {
            using UnmanagedMemoryStream source = new((byte*)packed.Address, packed.Length);
            using DeflateStream inflated = new(source, CompressionMode.Decompress);
            while (at < entry.Bytes)
            {
                int read = inflated.Read(new Span<byte>(buffer.Pointer + at, (int)Math.Min(entry.Bytes - at, 1 << 24)));
                if (read == 0)
                    break;
                at += read;
            }
            if (at != entry.Bytes || inflated.ReadByte() >= 0)
                throw new ImportException($"{Place}: entry '{entry.Name}' unpacks to {(at < entry.Bytes ? $"{at}" : "more")} bytes, expected {entry.Bytes}; the file is damaged, export it again");
            whole = true;
        }
        catch (InvalidDataException fault)
        {
            throw new ImportException($"{Place}: entry '{entry.Name}' is not valid deflate data after {at} bytes: {fault.Message}; the file is damaged, export it again", fault);
        }
        finally
        {
            GC.KeepAlive(packed);
            if (!whole)
                buffer.Dispose();
        }
        return buffer.Region();
    }

    /// <summary>Two entries may not use the same bytes: overlapping entries are how small files claim large contents.</summary>
    private static void RefuseOverlaps(List<ZipEntry> entries, long directory, string place)
    {
        ZipEntry[] ordered = [.. entries.OrderBy(static e => e.HeaderOffset)];
        for (int i = 0; i < ordered.Length; i++)
        {
            long next = i + 1 < ordered.Length ? ordered[i + 1].HeaderOffset : directory;
            // The local header repeats the name, so an entry takes at least this much.
            if (next - ordered[i].HeaderOffset < LocalBytes + ordered[i].PackedBytes)
                throw new ImportException(
                    $"{place}: entry '{ordered[i].Name}' ({ordered[i].PackedBytes} bytes from {ordered[i].HeaderOffset}) overlaps what starts at {next}; the file is damaged, export it again");
        }
    }

    /// <summary>The length of the first path component with its slash when every entry is under it, otherwise 0.</summary>
    private static int RootLength(List<ZipEntry> entries)
    {
        if (entries.Count == 0)
            return 0;
        int length = entries[0].Name.IndexOf('/', StringComparison.Ordinal) + 1;
        string root = entries[0].Name[..length];
        return entries.All(e => e.Name.StartsWith(root, StringComparison.Ordinal)) ? length : 0;
    }
}
