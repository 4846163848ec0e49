using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Amx;

/// <summary>Memory outside .NET's heap, at the start of a cache line or a page: garbage collection neither moves nor looks at packed matrices.</summary>
internal sealed unsafe partial class AmxBuffer
{
    // A page of 2 MiB instead of 512 small ones: products read packed weights from end to end, and each new page costs a walk.
    private const int HugePage = 2 << 20;
    private const int CacheLine = 64;
    private const int AdviseHugePages = 14;

    public AmxBuffer(long bytes)
    {
        Length = bytes;
        bool large = bytes >= HugePage;
        Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, (nuint)(large ? HugePage : CacheLine));

        // Advice: where the system has no huge pages the small ones do.
        if (large)
            _ = Advise(Pointer, (nuint)bytes, AdviseHugePages);
        GC.AddMemoryPressure(bytes);
    }

    /// <summary>Frees the memory once nothing refers to it: packed weights live as long as their layer, which nobody disposes.</summary>
    ~AmxBuffer() => Release();

    /// <summary>The first byte.</summary>
    public byte* Pointer { get; private set; }

    /// <summary>How many bytes there are.</summary>
    public long Length { get; }

    /// <summary>Frees the memory now.</summary>
    public void Free() => Release();

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* address, nuint length, int advice);

    private void Release()
    {
        if (Pointer is null)
            return;
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        GC.RemoveMemoryPressure(Length);
    }
}
