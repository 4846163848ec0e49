using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Saving;

/// <summary>The file beside a model that has its weights, each at the beginning of a page so that it can be mapped.</summary>
internal sealed class ExternalData(Stream stream)
{
    private const int Alignment = 4096;
    private const int ChunkBytes = 1 << 24;

    // Tied weights are written once.
    private readonly Dictionary<(Storage Storage, long Offset, long Bytes), long> _written = [];

    /// <summary>Writes a tensor.</summary>
    /// <returns>Where it begins, in bytes.</returns>
    public long Add(Tensor tensor)
    {
        long bytes = tensor.ByteCount;
        var key = (tensor.Storage, tensor.ByteOffset, bytes);
        if (_written.TryGetValue(key, out long place))
            return place;
        place = Align();
        for (long at = 0; at < bytes; at += ChunkBytes)
            stream.Write(tensor.Storage.Read(tensor.ByteOffset + at, (int)Math.Min(ChunkBytes, bytes - at)));
        _written.Add(key, place);
        return place;
    }

    /// <summary>Writes numbers.</summary>
    /// <returns>Where they begin, in bytes.</returns>
    public long Add(ReadOnlySpan<byte> numbers)
    {
        long place = Align();
        stream.Write(numbers);
        return place;
    }

    private long Align()
    {
        int padding = (int)(-stream.Position & (Alignment - 1));
        stream.Write(new byte[padding]);
        return stream.Position;
    }
}
