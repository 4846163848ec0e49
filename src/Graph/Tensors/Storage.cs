using System.Diagnostics;

namespace Evergraph.Graph;

/// <summary>
/// A block of bytes that tensors lie in: memory of the process, or a part of a mapped file that stays mapped as long as
/// the storage is reachable.
/// </summary>
public sealed class Storage
{
    private byte[]? _array;
    private nint _pointer;

    // Until someone reads the block as one; written after the array.
    private volatile JoinedBytes? _joined;

    private Storage(byte[]? array, nint pointer, long length, bool isReadOnly, object? owner)
    {
        _array = array;
        _pointer = pointer;
        Length = length;
        IsReadOnly = isReadOnly;
        Owner = owner;
    }

    /// <summary>Bytes in the block.</summary>
    public long Length { get; private set; }

    /// <summary>Whether writing would fault, as in a mapped file.</summary>
    public bool IsReadOnly { get; }

    /// <summary>What keeps the memory alive, where it is not the block's own.</summary>
    public object? Owner { get; }

    /// <summary>New memory, not cleared.</summary>
    /// <param name="bytes">At most 2 GiB − 1, the most that one span can cover.</param>
    /// <exception cref="EvergraphException">More bytes are asked for than one tensor can have, or than there are.</exception>
    public static Storage Allocate(long bytes)
    {
        if (bytes < 0 || bytes > Array.MaxLength)
        {
            throw new EvergraphException(
                $"a tensor takes {bytes} bytes: expected at most {Array.MaxLength}; split the tensor or lower the token count");
        }

        return new(NewArray(bytes), 0, bytes, false, null);
    }

    /// <summary>
    /// Parts of other blocks as one. They are copied when the block is first read or written as a whole; <see cref="CopyTo"/> before that copies
    /// from where they lie.
    /// </summary>
    /// <param name="parts">The parts, in order, at most 2 GiB − 1 together; nobody may write them any more.</param>
    public static Storage Join(params ReadOnlySpan<(Storage Storage, long Offset, long Length)> parts)
    {
        var joined = new JoinedBytes(parts.ToArray());
        ArgumentOutOfRangeException.ThrowIfGreaterThan(joined.Length, Array.MaxLength, nameof(parts));
        return new(null, 0, joined.Length, false, null) { _joined = joined };
    }

    /// <summary>Wraps an array without copying.</summary>
    public static Storage Wrap(byte[] bytes) => new(bytes, 0, bytes.Length, false, null);

    /// <summary>Wraps memory that <paramref name="owner"/> keeps alive and never moves.</summary>
    public static Storage Map(nint pointer, long length, object owner, bool isReadOnly = true) =>
        new(null, pointer, length, isReadOnly, owner);

    /// <summary>A block that this process cannot read, such as a device's: reading or writing it is an error that says where it lies.</summary>
    /// <param name="length">Bytes in the block.</param>
    /// <param name="owner">What knows where it is; its text says so in errors.</param>
    public static Storage Remote(long length, object owner) => new(null, 0, length, false, owner) { IsRemote = true };

    /// <summary>Whether the block lies where this process cannot read it.</summary>
    public bool IsRemote { get; private init; }

    /// <summary>Keeps the block where it is until the result is disposed, and says where, for code outside .NET.</summary>
    /// <exception cref="InvalidOperationException">The block is remote.</exception>
    public PinnedStorage Pin()
    {
        ThrowIfRemote();
        return new(this, Managed, _pointer);
    }

    /// <summary>Points a mapped block at other memory: a call from outside .NET brings its own each time.</summary>
    internal void Remap(nint pointer, long length)
    {
        Debug.Assert(Managed is null, "memory of the process does not move");
        (_pointer, Length) = (pointer, length);
    }

    /// <summary>Bytes to read.</summary>
    /// <exception cref="InvalidOperationException">The block is remote.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the block.</exception>
    public unsafe ReadOnlySpan<byte> Read(long offset, int length)
    {
        ThrowIfRemote();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return Managed is { } array ? array.AsSpan((int)offset, length) : new((void*)(_pointer + (nint)offset), length);
    }

    /// <summary>Copies bytes out; of a block that is joined from parts without joining them.</summary>
    /// <exception cref="InvalidOperationException">The block is remote.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the block.</exception>
    public void CopyTo(long offset, Span<byte> target)
    {
        if (_joined is not { } joined)
        {
            Read(offset, target.Length).CopyTo(target);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - target.Length);
        joined.CopyTo(offset, target);
    }

    /// <summary>Bytes to write.</summary>
    /// <exception cref="InvalidOperationException">The block is read-only, or remote.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the block.</exception>
    public unsafe Span<byte> Write(long offset, int length)
    {
        ThrowIfRemote();
        if (IsReadOnly)
            throw new InvalidOperationException("the tensor lies in a mapped file and is read-only: copy it before writing");
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return Managed is { } array ? array.AsSpan((int)offset, length) : new((void*)(_pointer + (nint)offset), length);
    }

    /// <summary>The memory of the process, or null for memory elsewhere.</summary>
    private byte[]? Managed => _joined is { } joined ? Gather(joined) : _array;

    private byte[] Gather(JoinedBytes joined)
    {
        // Only one thread copies; the others wait for its array.
        lock (joined)
        {
            if (_joined is not null)
            {
                byte[] array = NewArray(joined.Length);
                joined.CopyTo(0, array);
                _array = array;
                _joined = null;
            }

            return _array!;
        }
    }

    private static byte[] NewArray(long bytes)
    {
        try
        {
            return GC.AllocateUninitializedArray<byte>((int)bytes);
        }
        catch (OutOfMemoryException exception)
        {
            throw new EvergraphException($"out of memory: a tensor asked for {bytes} bytes", exception);
        }
    }

    private void ThrowIfRemote()
    {
        if (IsRemote)
            throw new InvalidOperationException($"the tensor lies in {Owner}: copy it to the host before its numbers are read or written");
    }
}
