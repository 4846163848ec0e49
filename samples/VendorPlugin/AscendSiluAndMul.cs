using Evergraph.CustomOps;

namespace Evergraph.Samples.VendorPlugin;

/// <summary>evergraph::silu_and_mul by the vendor's library.</summary>
public static class AscendSiluAndMul
{
    /// <summary>[..., d] for x [..., 2·d]; float32 alone.</summary>
    [Implementation(typeof(SiluAndMul), "ascend.silu_and_mul", Kind = ImplementationKind.Vendor, Vendor = "ascend", DTypes = [DType.Float32], Probe = nameof(Probe))]
    public static Tensor Run(Tensor x)
    {
        long width = x.Sizes[^1] / 2;
        var y = Tensor.Empty(x.DType, [.. x.Sizes[..^1], width]);
        AscendDevice.Library.SiluAndMul(x.ReadOnlySpan<float>(), y.Span<float>(), (int)width);
        return y;
    }

    /// <summary>Whether the device is there.</summary>
    public static Availability Probe() => AscendDevice.Probe();
}
