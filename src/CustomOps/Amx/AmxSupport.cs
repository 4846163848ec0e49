using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Amx;

/// <summary>
/// Whether this process may use the processor's matrix unit, Intel's Advanced Matrix Extensions: eight registers of 16 rows of 64 bytes, and an
/// instruction that multiplies two of them into a third in 16 cycles. The system lends its state on request.
/// </summary>
internal static partial class AmxSupport
{
    // CPUID leaf 7: EDX bit 22 AMX-BF16, bit 24 AMX-TILE, bit 25 AMX-INT8. No processor has one of the products without the other.
    private const int Features = (1 << 22) | (1 << 24) | (1 << 25);

    // arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA), Linux 5.16 and later.
    private const long SysArchPrctl = 158;
    private const long RequestPermission = 0x1023;
    private const long TileData = 18;

    private static readonly Lazy<Availability> Asked = new(Ask);

    /// <summary>Whether it can be used, or why not; asked once.</summary>
    public static Availability Availability => Asked.Value;

    private static Availability Ask()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || !X86Base.IsSupported)
            return Availability.No("the processor is not x64");
        if (X86Base.CpuId(0, 0).Eax < 7 || (X86Base.CpuId(7, 0).Edx & Features) != Features)
            return Availability.No("the processor has no matrix unit (AMX-BF16 and AMX-INT8)");
        if (!Avx512F.IsSupported || !Avx512BW.IsSupported)
            return Availability.No("the runtime does not offer AVX-512");
        if (!OperatingSystem.IsLinux())
            return Availability.No("the state of the matrix unit is requested from Linux only");
        return SystemCall(SysArchPrctl, RequestPermission, TileData) == 0
            ? Availability.Yes
            : Availability.No($"Linux does not permit the matrix unit: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long code, long feature);
}
