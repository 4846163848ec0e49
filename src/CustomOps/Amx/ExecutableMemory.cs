using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Amx;

/// <summary>Machine code of ours in memory that the processor may run: written first, then made executable, never both at once.</summary>
internal static unsafe partial class ExecutableMemory
{
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;
    private const int PrivateAnonymous = 0x22;

    /// <summary>Places code in memory for the life of the process.</summary>
    /// <exception cref="EvergraphException">The system refuses executable memory, as hardened ones do.</exception>
    public static nint Place(ReadOnlySpan<byte> code)
    {
        nint memory = Map(0, (nuint)code.Length, Read | Write, PrivateAnonymous, -1, 0);
        if (memory == -1)
            throw new EvergraphException($"no memory for {code.Length} bytes of machine code: error {Marshal.GetLastPInvokeError()}");
        code.CopyTo(new Span<byte>((void*)memory, code.Length));
        return Protect(memory, (nuint)code.Length, Read | Execute) == 0 ? memory : throw new EvergraphException(
            $"the system refuses executable memory: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);
}
