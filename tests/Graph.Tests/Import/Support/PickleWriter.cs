using System.Text;

namespace Evergraph.Graph.Tests.Import;

/// <summary>Writes pickle opcodes as torch.save does (protocol 2), by hand.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [0x80, 2];

    public PickleWriter Op(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleWriter Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Op((byte)'X').Op(BitConverter.GetBytes(utf8.Length)).Op(utf8);
    }

    public PickleWriter Int(long value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
            return Op((byte)'J').Op(BitConverter.GetBytes((int)value));
        return Op(0x8a, 8).Op(BitConverter.GetBytes(value));
    }

    public PickleWriter Global(string module, string name) => Op(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

    public PickleWriter Ints(params long[] values)
    {
        Op((byte)'(');
        foreach (long value in values)
            Int(value);
        return Op((byte)'t');
    }

    /// <summary>A tensor over storage <paramref name="key"/>, as torch._utils._rebuild_tensor_v2 gets it.</summary>
    public PickleWriter Tensor(string storageClass, string key, long count, long[] sizes, long[] strides, long offset = 0) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op((byte)'(')
            .Op((byte)'(').Text("storage").Global("torch", storageClass).Text(key).Text("cpu").Int(count).Op((byte)'t', (byte)'Q')
            .Int(offset).Ints(sizes).Ints(strides).Op(0x89)
            .Global("collections", "OrderedDict").Op((byte)')', (byte)'R')
            .Op((byte)'t', (byte)'R');

    public byte[] Build() => [.. _bytes, (byte)'.'];

    /// <summary>A torch.save file of this pickle and the storages.</summary>
    public byte[] BuildFile(params (string Key, byte[] Bytes)[] storages)
    {
        ZipBuilder zip = new ZipBuilder().Add("archive/data.pkl", Build()).Add("archive/byteorder", "little");
        foreach (var (key, bytes) in storages)
            zip.Add($"archive/data/{key}", bytes);
        return zip.Add("archive/version", "3\n").Build();
    }
}
