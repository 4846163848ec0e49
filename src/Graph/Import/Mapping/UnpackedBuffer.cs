using System.Runtime.InteropServices;

namespace Evergraph.Graph.Import;

/// <summary>Memory for bytes that had to be unpacked; freed when no region refers to it.</summary>
internal sealed unsafe class UnpackedBuffer : SafeHandle
{
    private readonly long _length;

    /// <summary>Memory of <paramref name="length"/> bytes, 64-byte aligned.</summary>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public UnpackedBuffer(long length) : base(0, ownsHandle: true)
    {
        _length = length;
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)Math.Max(length, 1), 64));
        GC.AddMemoryPressure(Math.Max(length, 1));
    }

    public override bool IsInvalid => handle == 0;

    public byte* Pointer => (byte*)handle;

    public StorageRegion Region() => new(this, Pointer, _length);

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(Math.Max(_length, 1));
        return true;
    }
}
