namespace Evergraph.Graph.Import;

/// <summary>
/// Read-only bytes outside the managed heap: a part of a mapped file or an unpacked buffer.
/// The region keeps its owner alive; whoever uses a span of it keeps the region alive.
/// </summary>
public sealed unsafe class StorageRegion
{
    private readonly object _owner;
    private readonly byte* _pointer;

    internal StorageRegion(object owner, byte* pointer, long length)
    {
        _owner = owner;
        _pointer = pointer;
        Length = length;
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Whether the bytes are read where they are stored in the file, not from a copy.</summary>
    public bool IsMapped => _owner is MappedFile;

    /// <summary>The address of the first byte, valid as long as this region is referenced. Any alignment.</summary>
    public nint Address => (nint)_pointer;

    /// <summary>The bytes [<paramref name="offset"/>, <paramref name="offset"/> + <paramref name="length"/>) as a region of their own, which shares the owner.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the region.</exception>
    public StorageRegion Slice(long offset, long length)
    {
        Check(offset, length);
        return new(_owner, _pointer + offset, length);
    }

    /// <summary>The bytes [<paramref name="offset"/>, <paramref name="offset"/> + <paramref name="length"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the region.</exception>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        Check(offset, length);
        return new(_pointer + offset, length);
    }

    /// <summary>All bytes of a region under 2 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The region is larger.</exception>
    public ReadOnlySpan<byte> Span()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length, int.MaxValue);
        return new(_pointer, (int)Length);
    }

    private void Check(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
    }
}
