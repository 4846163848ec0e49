using System.Runtime.InteropServices;
using Evergraph.Graph.Import;
using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Graph.Tests.Import;

public sealed class TorchExportArchiveTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mlp.pt2", TorchExportLayout.ArchiveRaw, 4, 4, 0)]
    [InlineData("mlp.core.pt2", TorchExportLayout.ArchiveRaw, 6, 4, 0)]
    [InlineData("customop.pt2", TorchExportLayout.ArchiveRaw, 4, 4, 0)]
    [InlineData("customop.core.pt2", TorchExportLayout.ArchiveRaw, 11, 4, 0)]
    [InlineData("qwen3.pt2", TorchExportLayout.ArchiveRaw, 248, 25, 2)]
    [InlineData("qwen3.core.pt2", TorchExportLayout.ArchiveRaw, 334, 25, 2)]
    [InlineData("qwen3_batch.pt2", TorchExportLayout.ArchiveRaw, 257, 25, 2)]
    [InlineData("qwen3_batch.core.pt2", TorchExportLayout.ArchiveRaw, 353, 25, 2)]
    [InlineData("qwen3_28layers.pt2", TorchExportLayout.ArchiveRaw, 2407, 311, 2)]
    [InlineData("legacy_torch2.6.pt2", TorchExportLayout.Legacy, 16, 5, 2)]
    [InlineData("newest_torch2.14.pt2", TorchExportLayout.ArchiveRaw, 16, 5, 2)]
    public void Fixtures_are_read_with_their_weights_in_place(string name, TorchExportLayout layout, int nodes, int weights, int constants)
    {
        TorchExportArchive archive = TorchExportArchive.Open(Fixture.Path(name));
        Assert.Equal(layout, archive.Layout);
        Assert.Equal(nodes, archive.Program.Graph.Nodes.Count);
        Assert.Equal(weights, archive.Weights.Count);
        Assert.Equal(constants, archive.Constants.Count);
        Assert.All(archive.Weights.Values, static w => Assert.True(w.Storage.IsMapped && w.IsDense));
    }

    [Fact]
    public void Tied_weights_share_a_storage_and_views_have_an_offset()
    {
        foreach (string name in new[] { "legacy_torch2.6.pt2", "newest_torch2.14.pt2" })
            AssertShared(TorchExportArchive.Open(Fixture.Path(name)));
    }

    private static void AssertShared(TorchExportArchive archive)
    {
        Assert.Same(archive.Weights["lin.weight"].Storage, archive.Weights["tied.weight"].Storage);
        Assert.Same(archive.Weights["rb"].Storage, archive.Weights["view"].Storage);
        Assert.Equal(2, archive.Weights["view"].Offset);
        Assert.True(archive.Weights["lin.weight"].IsParameter);
        Assert.False(archive.Weights["rb"].IsParameter);
        Assert.Equal(Floats(archive.Weights["rb"])[2..6], Floats(archive.Weights["view"]));
    }

    /// <summary>No fixture has the layout of PyTorch 2.8, so it is made here from the raw one.</summary>
    [Fact]
    public void Pickled_archive_holds_the_same_tensors()
    {
        TorchExportArchive raw = TorchExportArchive.Open(Fixture.Path("newest_torch2.14.pt2"));
        using var source = System.IO.Compression.ZipFile.OpenRead(Fixture.Path("newest_torch2.14.pt2"));
        byte[] program = ReadAll(source.GetEntry("lay_2.14.1/models/model.json")!);
        byte[] file = new ZipBuilder()
            .Add("m/models/model.json", program)
            .Add("m/data/weights/model.pt", Pickle(raw.Weights))
            .Add(new ZipBuilder.Entry("m/data/constants/model.pt", Pickle(raw.Constants)) { Deflated = true })
            .Add("m/archive_format", "pt2").Build();
        TorchExportArchive pickled = TorchExportArchive.Open(_folder.Write("pickled.pt2", file));
        Assert.Equal(TorchExportLayout.ArchivePickled, pickled.Layout);
        AssertSame(raw, pickled);
        Assert.Same(pickled.Weights["lin.weight"].Storage, pickled.Weights["tied.weight"].Storage);
        Assert.True(pickled.Weights["rb"].Storage.IsMapped);
        Assert.False(pickled.Constants["c"].Storage.IsMapped);
    }

    [Fact]
    public void A_tensor_outlives_the_archive_and_the_collector()
    {
        StoredTensor weight = TorchExportArchive.Open(Fixture.Path("mlp.pt2")).Weights.Values.First();
        float[] before = Floats(weight);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(before, Floats(weight));
    }

    [Theory]
    [InlineData("""{"dtype": 7, "sizes": [{"as_int": 5}], "strides": [{"as_int": 1}], "storage_offset": {"as_int": 0}}""", "its last element ends at byte 20, but its storage has 16 bytes")]
    [InlineData("""{"dtype": 7, "sizes": [{"as_int": 4}], "strides": [{"as_int": 1}], "storage_offset": {"as_int": 1}}""", "its last element ends at byte 20")]
    [InlineData("""{"dtype": 7, "sizes": [{"as_int": 4611686018427387904}], "strides": [{"as_int": 1}], "storage_offset": {"as_int": 0}}""", "more elements than 64 bits can count")]
    [InlineData("""{"dtype": 7, "sizes": [{"as_int": 2}], "strides": [{"as_int": 4611686018427387904}], "storage_offset": {"as_int": 0}}""", "its last element ends at byte 18446744073709551620")]
    [InlineData("""{"dtype": 7, "sizes": [{"as_int": 4611686018427387904}, {"as_int": 0}], "strides": [{"as_int": 1}, {"as_int": 1}], "storage_offset": {"as_int": 0}}""", "more elements than 64 bits can count")]
    [InlineData("""{"dtype": 7, "sizes": [{"as_int": 0}, {"as_int": 4611686018427387904}], "strides": [{"as_int": 1}, {"as_int": 1}], "storage_offset": {"as_int": 0}}""", "more elements than 64 bits can count")]
    [InlineData("""{"dtype": 7, "sizes": [{"as_int": 1099511627776}], "strides": [{"as_int": 0}], "storage_offset": {"as_int": 0}}""", "would take 4398046511104 bytes when made dense")]
    [InlineData("""{"dtype": 7, "sizes": [{"as_int": -1}], "strides": [{"as_int": 1}], "storage_offset": {"as_int": 0}}""", "expected no negative number")]
    [InlineData("""{"dtype": 7, "sizes": [{"as_int": 1}], "strides": [], "storage_offset": {"as_int": 0}}""", "expected one stride for each size")]
    [InlineData("""{"dtype": 99, "sizes": [], "strides": [], "storage_offset": {"as_int": 0}}""", "tensor 'w': unknown dtype 99")]
    [InlineData("""{"dtype": 7, "sizes": [{"as_expr": {"expr_str": "s0"}}], "strides": [{"as_int": 1}], "storage_offset": {"as_int": 0}}""", "expected a constant size, given s0")]
    [InlineData("null", "it is a script object, which is not read")]
    public void A_tensor_that_does_not_fit_its_storage_is_refused(string meta, string expected)
    {
        byte[] file = Programs.Raw(Programs.Text())
            .Add("m/data/weights/weight_0", new byte[16])
            .Add("m/data/weights/model_weights_config.json", $$$"""{"config": {"w": {"path_name": "weight_0", "is_param": true, "use_pickle": false, "tensor_meta": {{{meta}}} } } }""")
            .Build();
        string path = _folder.Write("m.pt2", file);
        Assert.Contains(expected, Assert.Throws<ImportException>(() => TorchExportArchive.Open(path)).Message);
    }

    [Fact]
    public void A_strided_tensor_is_copied_row_major()
    {
        float[] storage = [0, 1, 2, 3, 4, 5];
        byte[] file = Programs.Raw(Programs.Text())
            .Add("m/data/weights/weight_0", MemoryMarshal.AsBytes(storage.AsSpan()).ToArray())
            .Add("m/data/weights/model_weights_config.json", """
                {"config": {"t": {"path_name": "weight_0", "is_param": true, "use_pickle": false, "tensor_meta": {"dtype": 7,
                 "sizes": [{"as_int": 3}, {"as_int": 2}], "strides": [{"as_int": 1}, {"as_int": 3}], "storage_offset": {"as_int": 0}}}}}
                """)
            .Build();
        StoredTensor tensor = TorchExportArchive.Open(_folder.Write("m.pt2", file)).Weights["t"];
        Assert.False(tensor.IsDense);
        Assert.Equal([0, 3, 1, 4, 2, 5], Floats(tensor));
    }

    [Fact]
    public void A_missing_storage_is_named()
    {
        byte[] file = Programs.Raw(Programs.Text()).Add("m/data/weights/model_weights_config.json", """
            {"config": {"w": {"path_name": "weight_7", "tensor_meta": {"dtype": 7, "sizes": [], "strides": []}}}}
            """).Build();
        string path = _folder.Write("m.pt2", file);
        Assert.Contains("there is no entry 'data/weights/weight_7'; the file is incomplete", Assert.Throws<ImportException>(() => TorchExportArchive.Open(path)).Message);
    }

    private static byte[] ReadAll(System.IO.Compression.ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static float[] Floats(StoredTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.DenseBytes().Span()).ToArray();

    private static void AssertSame(TorchExportArchive expected, TorchExportArchive given)
    {
        foreach (var (left, right) in new[] { (expected.Weights, given.Weights), (expected.Constants, given.Constants) })
        {
            Assert.Equal(left.Keys.Order(), right.Keys.Order());
            foreach (string name in left.Keys)
            {
                Assert.Equal(left[name].Sizes, right[name].Sizes);
                Assert.Equal(left[name].Type, right[name].Type);
                Assert.Equal(left[name].IsParameter, right[name].IsParameter);
                Assert.Equal(Floats(left[name]), Floats(right[name]));
            }
        }
    }

    private static byte[] Pickle(IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        var pickle = new PickleWriter().Op((byte)'}', (byte)'(');
        var storages = new List<(object Storage, byte[] Bytes)>();
        foreach (StoredTensor tensor in tensors.Values)
        {
            int key = storages.FindIndex(s => s.Storage == tensor.Storage);
            if (key < 0)
            {
                key = storages.Count;
                storages.Add((tensor.Storage, tensor.Storage.Span().ToArray()));
            }
            pickle.Text(tensor.Name);
            if (tensor.IsParameter)
                pickle.Global("torch._utils", "_rebuild_parameter");
            pickle.Tensor("FloatStorage", $"{key}", tensor.Storage.Length / 4, tensor.Sizes, tensor.Strides, tensor.Offset);
            if (tensor.IsParameter)
                pickle.Op(0x88).Global("collections", "OrderedDict").Op((byte)')', (byte)'R', 0x87, (byte)'R');
        }
        return pickle.Op((byte)'u').BuildFile([.. storages.Select(static (s, i) => ($"{i}", s.Bytes))]);
    }
}
