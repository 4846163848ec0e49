using Evergraph.Graph.Import;
using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Graph.Tests.Import;

public sealed class PickleReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private IReadOnlyDictionary<string, StoredTensor> Read(byte[] torchSave, ImportLimits? limits = null) =>
        TorchExportArchive.Open(_folder.Write("m.pt2", Programs.Raw(Programs.Text()).Add("m/data/weights/model.pt", torchSave).Build()), limits).Weights;

    private string Fails(byte[] torchSave, ImportLimits? limits = null) =>
        Assert.Throws<ImportException>(() => Read(torchSave, limits)).Message.Replace(_folder.Path("m.pt2"), "m.pt2", StringComparison.Ordinal);

    private string FailsPickle(PickleWriter pickle, params (string, byte[])[] storages) => Fails(pickle.BuildFile(storages));

    [Fact]
    public void A_call_is_refused_by_name_and_never_made()
    {
        string flag = _folder.Path("executed");
        PickleWriter pickle = new PickleWriter().Global("os", "system").Text($"touch {flag}").Op(0x85, (byte)'R');
        Assert.StartsWith("m.pt2: data/weights/model.pt/data.pkl: pickle offset 2: it asks for the global 'os.system', which is refused: pickles are never executed", FailsPickle(pickle));
        Assert.False(File.Exists(flag));
        Assert.Contains("the global 'builtins.eval'", FailsPickle(new PickleWriter().Text("builtins").Text("eval").Op(0x93)));
        Assert.Contains("the global 'torch.load'", FailsPickle(new PickleWriter().Global("torch", "load")));
        Assert.Contains("the global 'torch.jit._pickle.restore'", FailsPickle(new PickleWriter().Global("torch.jit._pickle", "restore")));
    }

    [Theory]
    [InlineData((byte)'i')]
    [InlineData((byte)'o')]
    [InlineData(0x81)]
    [InlineData(0x82)]
    [InlineData(0x92)]
    [InlineData((byte)'P')]
    [InlineData((byte)'2')]
    [InlineData(0xff)]
    public void Opcodes_that_tensors_do_not_need_are_refused(byte opcode) =>
        Assert.Contains($"pickle offset 2: opcode 0x{opcode:x2}", FailsPickle(new PickleWriter().Op(opcode)));

    [Fact]
    public void Protocols_2_to_4_hold_the_same_tensor()
    {
        byte[] storage = [.. Enumerable.Range(0, 16).Select(static i => (byte)i)];
        PickleWriter plain = new PickleWriter().Op((byte)'}', (byte)'(').Text("w").Tensor("FloatStorage", "0", 4, [2, 2], [2, 1]).Op((byte)'u');
        // Protocol 4: frames, memoize, short texts and names from the stack.
        PickleWriter framed = new PickleWriter().Op(0x80, 4, 0x95).Op(new byte[8]).Op((byte)'}', 0x94).Op(0x8c, 1, (byte)'w')
            .Op(0x8c, 12).Op("torch._utils"u8).Op(0x94).Op(0x8c, 18).Op("_rebuild_tensor_v2"u8).Op(0x93)
            .Op((byte)'(', (byte)'(').Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Op((byte)'K', 4, (byte)'t', (byte)'Q')
            .Op((byte)'K', 0, (byte)'M', 2, 0, (byte)'K', 2, 0x86, (byte)'K', 2, (byte)'K', 1, 0x86, 0x89, (byte)'N', (byte)'t', (byte)'R', (byte)'s');
        foreach (PickleWriter pickle in new[] { plain, framed })
        {
            StoredTensor tensor = Read(pickle.BuildFile(("0", storage)))["w"];
            Assert.Equal([2, 2], tensor.Sizes);
            Assert.Equal(TorchScalarType.Float, tensor.Type);
            Assert.Equal(storage, tensor.DenseBytes().Span().ToArray());
        }
    }

    [Fact]
    public void Untyped_storages_and_a_module_state_are_read()
    {
        PickleWriter pickle = new PickleWriter().Global("collections", "OrderedDict").Op((byte)')', (byte)'R').Op((byte)'(').Text("w")
            .Global("torch._utils", "_rebuild_tensor_v3").Op((byte)'(')
            .Op((byte)'(').Text("storage").Global("torch.storage", "UntypedStorage").Text("0").Text("cpu").Int(4).Op((byte)'t', (byte)'Q')
            .Int(0).Ints(2).Ints(1).Op(0x89).Op((byte)'N').Global("torch", "bfloat16").Op((byte)'t', (byte)'R').Op((byte)'u')
            .Op((byte)'}').Text("_metadata").Op((byte)'N').Op((byte)'s').Op((byte)'b');
        Assert.Equal(TorchScalarType.BFloat16, Read(pickle.BuildFile(("0", new byte[4])))["w"].Type);
    }

    [Fact]
    public void Claims_are_held_against_the_storage()
    {
        PickleWriter Tensor(long count, long[] sizes, long offset = 0) =>
            new PickleWriter().Op((byte)'}', (byte)'(').Text("w").Tensor("FloatStorage", "0", count, sizes, [.. sizes.Select(static _ => 1L)], offset).Op((byte)'u');
        Assert.Contains("storage '0' has 16 bytes, expected 20", FailsPickle(Tensor(5, [4]), ("0", new byte[16])));
        Assert.Contains("storage '0' claims 4611686018427387904 elements", FailsPickle(Tensor(1L << 62, [4]), ("0", new byte[16])));
        Assert.Contains("its last element ends at byte 20", FailsPickle(Tensor(4, [5]), ("0", new byte[16])));
        Assert.Contains("expected no negative number", FailsPickle(Tensor(4, [1], -1), ("0", new byte[16])));
        Assert.Contains("there is no entry 'data/0'", FailsPickle(Tensor(4, [4])));
    }

    [Fact]
    public void Damage_is_told_with_its_offset()
    {
        Assert.Contains("pickle offset 2: expected a value on the stack, given none", FailsPickle(new PickleWriter()));
        Assert.Contains("pickle offset 2: expected a mark on the stack, given none", FailsPickle(new PickleWriter().Op((byte)'t')));
        Assert.Contains("pickle offset 2: memo 9 is read before it is written", FailsPickle(new PickleWriter().Op((byte)'h', 9)));
        Assert.Contains("expected 4294967295 more bytes, given 1: the pickle is truncated", FailsPickle(new PickleWriter().Op((byte)'X', 255, 255, 255, 255)));
        Assert.Contains("expected 18446744073709551615 more bytes", FailsPickle(new PickleWriter().Op(0x8d).Op([.. Enumerable.Repeat((byte)255, 8)])));
        Assert.Contains("pickle protocol 77, expected 2 to 5", FailsPickle(new PickleWriter().Op(0x80, 77)));
        Assert.Contains("a name without end", FailsPickle(new PickleWriter().Op("cabc"u8)));
        Assert.Contains("items are set on tuple, expected dict", FailsPickle(new PickleWriter().Op((byte)')', (byte)'N', (byte)'N', (byte)'s')));
        Assert.Contains("'torch._utils._rebuild_tensor_v2' is given (), which it does not take",
            FailsPickle(new PickleWriter().Global("torch._utils", "_rebuild_tensor_v2").Op((byte)')', (byte)'R')));
    }

    [Fact]
    public void Anything_but_tensors_by_name_is_refused()
    {
        Assert.Contains("expected a dictionary of tensors, given another value", FailsPickle(new PickleWriter().Op((byte)'N')));
        Assert.Contains("given a key of type int", FailsPickle(new PickleWriter().Op((byte)'}').Int(3).Op((byte)'N', (byte)'s')));
        Assert.Contains("'w' is int, expected a tensor", FailsPickle(new PickleWriter().Op((byte)'}').Text("w").Int(3).Op((byte)'s')));
        Assert.Contains("a torch.save file in the format before PyTorch 1.6", Fails([0x80, 2, (byte)'N', (byte)'.']));
    }

    [Fact]
    public void Depth_costs_nothing_and_length_is_bounded()
    {
        var nested = new PickleWriter().Op((byte)')');
        for (int i = 0; i < 200_000; i++)
            nested.Op(0x85);
        Assert.Contains("expected a dictionary of tensors", FailsPickle(nested));
        Assert.Contains("more than 1000 opcodes, the limit of ImportLimits.MaxPickleOpcodes",
            Fails(nested.BuildFile(), new ImportLimits { MaxPickleOpcodes = 1000 }));
    }
}
