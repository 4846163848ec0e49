using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Tests.Cuda.Native;

[Collection(CudaTest.Name)]
public sealed class DriverStatusTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)] // INVALID_VALUE
    [InlineData(2, false)] // OUT_OF_MEMORY
    [InlineData(201, false)] // INVALID_CONTEXT
    [InlineData(400, false)] // INVALID_HANDLE
    [InlineData(600, false)] // NOT_READY
    [InlineData(701, false)] // LAUNCH_OUT_OF_RESOURCES
    [InlineData(901, false)] // STREAM_CAPTURE_INVALIDATED
    [InlineData(214, true)] // ECC_UNCORRECTABLE
    [InlineData(700, true)] // ILLEGAL_ADDRESS
    [InlineData(716, true)] // MISALIGNED_ADDRESS
    [InlineData(719, true)] // LAUNCH_FAILED
    public void WhichErrorsEndTheContext(int code, bool lost) => Assert.Equal(lost, DriverStatus.IsDeviceLost(code));

    [Fact]
    public void Success() => DriverStatus.Check(0, "cuInit");

    [Fact]
    public void NamesAndTexts()
    {
        _ = CudaTest.Device;
        Assert.Equal("CUDA_ERROR_INVALID_VALUE", DriverStatus.Name(1));
        Assert.NotEqual("", DriverStatus.Text(1));
        Assert.Equal("an error unknown to this driver", DriverStatus.Name(987654));
        var error = Assert.Throws<CudaException>(() => DriverStatus.Check(1, "cuInit"));
        Assert.Equal($"cuInit: CUDA_ERROR_INVALID_VALUE (1): {DriverStatus.Text(1)}", error.Message);
    }
}
