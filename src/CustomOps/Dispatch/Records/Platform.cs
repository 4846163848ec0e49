using System.Runtime.Intrinsics;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>A kind of hardware that is there.</summary>
/// <param name="Name">Such as <c>cpu</c> or <c>nvidia</c>; compared without case.</param>
/// <param name="Architecture">
/// Its generation in the platform's own numbers: for <c>cpu</c> the bits of a vector register (128, 256, 512), for
/// <c>nvidia</c> ten times the compute capability (90 is sm_90).
/// </param>
public sealed record Platform(string Name, int Architecture)
{
    /// <summary>The name of the processor's own platform.</summary>
    public const string Cpu = "cpu";

    /// <summary>The name of NVIDIA's GPUs.</summary>
    public const string Nvidia = "nvidia";

    /// <summary>The processor that this runs on.</summary>
    public static Platform ThisCpu { get; } = new(
        Cpu, Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 64);
}
