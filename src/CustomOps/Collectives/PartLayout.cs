namespace Evergraph.CustomOps;

/// <summary>
/// A tensor seen as [outer, size, inner] around the axis that ranks share, and the copies between it and what a process
/// group moves: [parts, outer, part, inner], one block a rank.
/// </summary>
internal readonly struct PartLayout
{
    private readonly long _outer;
    private readonly int _innerBytes;

    private PartLayout(Partition partition, long outer, int innerBytes)
    {
        Partition = partition;
        _outer = outer;
        _innerBytes = innerBytes;
    }

    /// <summary>How the axis is shared.</summary>
    public Partition Partition { get; }

    /// <summary>Whether the two layouts are the same, so that nothing needs to be copied.</summary>
    public bool IsBlocked => Partition.Padded == Partition.Size && (_outer == 1 || Partition.Parts == 1);

    /// <summary>The layout of a tensor that is cut into parts.</summary>
    /// <param name="dtype">Its element type.</param>
    /// <param name="sizes">Its sizes; the one along the axis may be a part's.</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <param name="partition">How the axis is shared.</param>
    public static PartLayout Of(DType dtype, ReadOnlySpan<long> sizes, int axis, Partition partition)
    {
        long outer = 1, inner = dtype.Size();
        foreach (long size in sizes[..axis])
            outer *= size;
        foreach (long size in sizes[(axis + 1)..])
            inner *= size;
        return new(partition, outer, checked((int)inner));
    }

    /// <summary>Copies a whole tensor into blocks.</summary>
    /// <param name="whole">[outer, size, inner].</param>
    /// <param name="blocks">[parts, outer, part, inner].</param>
    /// <param name="padding">The byte that padding is filled with.</param>
    public void Pack(ReadOnlySpan<byte> whole, Span<byte> blocks, byte padding = 0)
    {
        long block = _outer * Partition.Part * _innerBytes;
        for (int rank = 0; rank < Partition.Parts; rank++)
            Extract(whole, blocks.Slice((int)(rank * block), (int)block), rank, padding);
    }

    /// <summary>Copies one rank's part out of a whole tensor.</summary>
    /// <param name="whole">[outer, size, inner].</param>
    /// <param name="part">[outer, part, inner].</param>
    /// <param name="rank">Whose part.</param>
    /// <param name="padding">The byte that padding is filled with.</param>
    public void Extract(ReadOnlySpan<byte> whole, Span<byte> part, int rank, byte padding = 0)
    {
        int stride = (int)(Partition.Size * _innerBytes), partStride = (int)(Partition.Part * _innerBytes);
        int first = (int)(Partition.First(rank) * _innerBytes), real = (int)(Partition.Count(rank) * _innerBytes);
        for (int i = 0; i < _outer; i++)
        {
            whole.Slice((i * stride) + first, real).CopyTo(part[(i * partStride)..]);
            part[((i * partStride) + real)..((i + 1) * partStride)].Fill(padding);
        }
    }

    /// <summary>Copies blocks into a whole tensor and drops the padding.</summary>
    /// <param name="blocks">[parts, outer, part, inner].</param>
    /// <param name="whole">[outer, size, inner].</param>
    public void Unpack(ReadOnlySpan<byte> blocks, Span<byte> whole)
    {
        int stride = (int)(Partition.Size * _innerBytes), partStride = (int)(Partition.Part * _innerBytes);
        for (int rank = 0; rank < Partition.Parts; rank++)
        {
            int first = (int)(Partition.First(rank) * _innerBytes), real = (int)(Partition.Count(rank) * _innerBytes);
            for (int i = 0; i < _outer; i++)
                blocks.Slice((((int)(rank * _outer) + i) * partStride), real).CopyTo(whole[((i * stride) + first)..]);
        }
    }
}
