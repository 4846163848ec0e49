using System.Runtime.InteropServices;

namespace Evergraph.Graph;

/// <summary>A block of bytes that stays where it is until this is disposed.</summary>
public struct PinnedStorage : IDisposable
{
    private readonly Storage _storage;
    private GCHandle _handle;

    internal PinnedStorage(Storage storage, byte[]? array, nint pointer)
    {
        _storage = storage;
        if (array is not null)
        {
            _handle = GCHandle.Alloc(array, GCHandleType.Pinned);
            pointer = _handle.AddrOfPinnedObject();
        }

        Pointer = pointer;
    }

    /// <summary>The address of the first byte.</summary>
    public nint Pointer { get; }

    /// <summary>Lets the block move, or its file be unmapped.</summary>
    public void Dispose()
    {
        if (_handle.IsAllocated)
            _handle.Free();
        GC.KeepAlive(_storage);
    }
}
