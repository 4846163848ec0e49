using System.Runtime.InteropServices;

namespace Evergraph.Samples.VendorPlugin;

/// <summary>The vendor's native library, <c>libascend_ops</c>.</summary>
internal sealed unsafe partial class NativeAscendLibrary : IAscendLibrary
{
    public const string Name = "ascend_ops";

    public void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, Span<float> y, float eps)
    {
        fixed (float* source = x, scale = weight, target = y)
            Check(RmsNorm(source, scale, target, x.Length / Math.Max(1, weight.Length), weight.Length, eps));
    }

    public void SiluAndMul(ReadOnlySpan<float> x, Span<float> y, int width)
    {
        fixed (float* source = x, target = y)
            Check(SiluAndMul(source, target, y.Length / Math.Max(1, width), width));
    }

    public void Rotate(ReadOnlySpan<float> x, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, ReadOnlySpan<long> positions, Span<float> y, int heads, int headSize, int angles)
    {
        fixed (float* source = x, cosines = cos, sines = sin, target = y)
        {
            fixed (long* rows = positions)
                Check(Rotate(source, cosines, sines, rows, target, positions.Length, heads, headSize, angles));
        }
    }

    /// <summary>A device's failure is the implementation's: dispatch then calls the next one.</summary>
    private static void Check(int status)
    {
        if (status != 0)
            throw new DeviceException($"lib{Name} failed with status {status}");
    }

    [LibraryImport(Name, EntryPoint = "ascend_rms_norm")]
    private static partial int RmsNorm(float* x, float* weight, float* y, long rows, long width, float eps);

    [LibraryImport(Name, EntryPoint = "ascend_silu_and_mul")]
    private static partial int SiluAndMul(float* x, float* y, long rows, long width);

    [LibraryImport(Name, EntryPoint = "ascend_rotate")]
    private static partial int Rotate(float* x, float* cos, float* sin, long* positions, float* y, long tokens, long heads, long headSize, long angles);
}
