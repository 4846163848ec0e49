using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Device;

public sealed class CudaRequirementsTests
{
    [Theory]
    [InlineData(12000)]
    [InlineData(12040)]
    [InlineData(13000)]
    public void ADriverThatWillDo(int version) => Assert.Null(CudaRequirements.WhyTooOld(version));

    [Theory]
    [InlineData(11080, "11.8")]
    [InlineData(9020, "9.2")]
    public void AnOldDriver(int version, string given) => Assert.Equal(
        $"NVIDIA's driver is too old: expected one for CUDA 12.0 or later, given one for CUDA {given}; update the driver", CudaRequirements.WhyTooOld(version));

    [Fact]
    public void TheDriverStarts() => Assert.Null(CudaRequirements.WhyNotStarted(0, "CUDA_SUCCESS", "no error"));

    [Fact]
    public void NoDevice() => Assert.Equal(
        "the driver sees no device: expected at least 1; check nvidia-smi and CUDA_VISIBLE_DEVICES, and that a container was given its GPUs",
        CudaRequirements.WhyNotStarted(100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"));

    [Fact]
    public void TheDriverDoesNotStart() => Assert.Equal(
        "NVIDIA's driver does not start: cuInit: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803): system has unsupported display driver; nvidia-smi may say more",
        CudaRequirements.WhyNotStarted(803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "system has unsupported display driver"));
}
