using Evergraph.CustomOps;

namespace Evergraph.Samples.VendorPlugin;

/// <summary>evergraph::rms_norm by the vendor's library.</summary>
public static class AscendRmsNorm
{
    /// <summary>As x; float32 alone.</summary>
    [Implementation(typeof(RmsNorm), "ascend.rms_norm", Kind = ImplementationKind.Vendor, Vendor = "ascend", DTypes = [DType.Float32], Probe = nameof(Probe))]
    public static Tensor Run(Tensor x, Tensor weight, double eps)
    {
        var y = Tensor.Empty(x.DType, x.Sizes);
        AscendDevice.Library.RmsNorm(x.ReadOnlySpan<float>(), weight.ReadOnlySpan<float>(), y.Span<float>(), (float)eps);
        return y;
    }

    /// <summary>Whether the device is there.</summary>
    public static Availability Probe() => AscendDevice.Probe();
}
