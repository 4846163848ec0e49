using System.Text;
using Evergraph.Graph.Import;
using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Graph.Tests.Import;

public sealed class ZipArchiveReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static byte[] Program => Encoding.UTF8.GetBytes(Programs.Text());

    private TorchExportArchive Open(byte[] file) => TorchExportArchive.Open(_folder.Write("m.pt2", file));

    private string Fails(byte[] file)
    {
        string path = _folder.Write("m.pt2", file);
        return Assert.Throws<ImportException>(() => TorchExportArchive.Open(path)).Message.Replace(path, "m.pt2", StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_stored_deflated_described_padded_and_wide_entries()
    {
        foreach (var entry in new ZipBuilder.Entry[]
        {
            new("m/models/model.json", Program),
            new("m/models/model.json", Program) { Deflated = true },
            new("m/models/model.json", Program) { Descriptor = true },
            new("m/models/model.json", Program) { Deflated = true, Descriptor = true },
            new("m/models/model.json", Program) { Padding = 37 },
            new("m/models/model.json", Program) { Zip64 = true },
        })
        {
            Assert.Empty(Open(new ZipBuilder().Add(entry).Build()).Program.Graph.Nodes);
            Assert.Empty(Open(new ZipBuilder().Add(entry).Build(comment: "a comment PK", zip64: true)).Program.Graph.Nodes);
        }
    }

    [Fact]
    public void Root_folder_is_stripped_only_when_all_entries_share_it()
    {
        Assert.Empty(Open(new ZipBuilder().Add("models/model.json", Program).Add("byteorder", "little").Build()).Program.Graph.Nodes);
        Assert.Empty(Open(new ZipBuilder().Add("a b/models/model.json", Program).Add("a b/byteorder", "little").Build()).Program.Graph.Nodes);
        Assert.Contains("expected serialized_exported_program.json or models/NAME.json, given neither",
            Fails(new ZipBuilder().Add("m/models/model.json", Program).Add("other/byteorder", "little").Build()));
    }

    [Fact]
    public void Missing_empty_and_foreign_files_say_so()
    {
        Assert.StartsWith($"{_folder.Path("absent.pt2")}: no such file; check the path",
            Assert.Throws<ImportException>(() => TorchExportArchive.Open(_folder.Path("absent.pt2"))).Message);
        Assert.Contains("expected a file, given a folder", Assert.Throws<ImportException>(() => TorchExportArchive.Open(_folder.Path(""))).Message);
        Assert.Contains("the file is empty", Fails([]));
        Assert.Equal("m.pt2: expected a zip archive (what torch.export.save writes), given something else of 5 bytes; check the path", Fails("hello"u8.ToArray()));
    }

    [Fact]
    public void Every_truncation_is_an_error()
    {
        byte[] file = new ZipBuilder().Add("m/models/model.json", Program).Add("m/byteorder", "little").Build();
        for (int length = 1; length < file.Length; length++)
            Fails(file[..length]);
        Assert.Contains("the zip has no end record: the file of 700 bytes is truncated", Fails(file[..700]));
    }

    [Fact]
    public void Damaged_bytes_of_text_are_found_by_their_checksum()
    {
        byte[] file = new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", Program) { Crc = 0x12345678 }).Build();
        Assert.Matches("^m.pt2: entry 'models/model.json' has checksum [0-9a-f]{8}, expected 12345678; the file is damaged", Fails(file));
    }

    [Fact]
    public void Encrypted_and_unknown_methods_are_refused()
    {
        Assert.StartsWith("m.pt2: entry 'models/model.json' is encrypted, expected plain",
            Fails(new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", Program) { Flags = 1 }).Build()));
        Assert.StartsWith("m.pt2: entry 'models/model.json' is packed by method 12, expected 0 (stored) or 8 (deflate)",
            Fails(new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", Program) { Method = 12 }).Build()));
    }

    [Fact]
    public void Duplicate_names_are_refused() => Assert.Contains("two entries are named 'm/models/model.json', expected one",
        Fails(new ZipBuilder().Add("m/models/model.json", Program).Add("m/models/model.json", Program).Build()));

    [Fact]
    public void Overlapping_entries_are_refused()
    {
        byte[] file = new ZipBuilder().Add("m/models/model.json", Program)
            .Add(new ZipBuilder.Entry("m/byteorder", "little"u8.ToArray()) { DeclaredOffset = 0 }).Build();
        Assert.Contains("overlaps what starts at 0", Fails(file));
    }

    [Fact]
    public void Offsets_outside_the_file_are_refused()
    {
        Assert.Contains("outside the", Fails(new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", Program) { DeclaredOffset = 1L << 62 }).Build()));
        Assert.Contains("outside the", Fails(new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", Program) { DeclaredPacked = 1L << 62 }).Build()));
        Assert.Contains("so it must take its 4611686018427387904 bytes",
            Fails(new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", Program) { DeclaredBytes = 1L << 62 }).Build()));
    }

    [Fact]
    public void A_zip_bomb_is_refused_before_it_is_unpacked()
    {
        byte[] zeros = new byte[100 << 20];
        string text = Fails(new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", zeros) { Deflated = true, Crc = 0 }).Build());
        Assert.Matches("entry 'models/model.json' claims to unpack from \\d+ to 104857600 bytes, more than the 67108864 bytes that this file may unpack to", text);
        foreach (long claimed in new[] { 10L << 20, 1L << 62 })
            Assert.Contains($"to {claimed} bytes, more than deflate can pack (1032 to 1)",
                Fails(new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", Program) { Deflated = true, DeclaredBytes = claimed }).Build()));
    }

    [Fact]
    public void A_bomb_that_lies_about_its_size_stops_at_the_size_it_declared()
    {
        byte[] file = new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", new byte[50 << 20]) { Deflated = true, Crc = 0, DeclaredBytes = 100 }).Build();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Contains("unpacks to more bytes, expected 100", Fails(file));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 4 << 20);
    }

    [Fact]
    public void Deflate_data_that_ends_early_or_is_not_deflate_is_refused()
    {
        Assert.Contains($"unpacks to {Program.Length} bytes, expected {Program.Length + 9}",
            Fails(new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", Program) { Deflated = true, DeclaredBytes = Program.Length + 9 }).Build()));
        Assert.Contains("is not valid deflate data",
            Fails(new ZipBuilder().Add(new ZipBuilder.Entry("m/models/model.json", [.. Enumerable.Repeat((byte)0xff, 300)]) { Method = 8 }).Build()));
    }

    [Fact]
    public void Big_endian_files_are_refused() => Assert.Contains("in big-endian order, expected little",
        Fails(new ZipBuilder().Add("m/models/model.json", Program).Add("m/byteorder", "big").Build()));

    [Fact]
    public void Foreign_packages_are_named()
    {
        Assert.Contains("holds a package compiled by AOTInductor", Fails(new ZipBuilder().Add("m/data/aotinductor/model/x.so", "so").Build()));
        Assert.Contains("expected one model, given 2 (a, b)",
            Fails(new ZipBuilder().Add("m/models/a.json", Program).Add("m/models/b.json", Program).Build()));
    }
}
