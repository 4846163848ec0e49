using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Tests.Cuda.Native;

public sealed class CudaLibrariesTests
{
    [Theory]
    [InlineData(CudaLibraries.Driver, "libcuda.so.1")]
    [InlineData(CudaLibraries.Nvrtc, "libnvrtc.so.13", "libnvrtc.so.12")]
    [InlineData(CudaLibraries.CublasLt, "libcublasLt.so.13", "libcublasLt.so.12")]
    public void FileNames(string name, params string[] files)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "libraries have other names here");
        Assert.Equal(files, CudaLibraries.FileNames(name));
    }

    [Fact]
    public void AnotherLibrary() => Assert.Throws<ArgumentOutOfRangeException>(() => CudaLibraries.WhyMissing("cudart"));

    [Theory]
    [InlineData(CudaLibraries.Driver)]
    [InlineData(CudaLibraries.Nvrtc)]
    [InlineData(CudaLibraries.CublasLt)]
    public void RequiringWhatIsMissing(string name)
    {
        Assert.SkipWhen(CudaLibraries.WhyMissing(name) is null, $"{name} is here");
        var error = Assert.Throws<CudaUnavailableException>(() => CudaLibraries.Require(name));
        Assert.Equal($"CUDA cannot be used: {CudaLibraries.WhyMissing(name)}", error.Message);
        Assert.Contains(CudaLibraries.FileNames(name)[0], error.Message, StringComparison.Ordinal);
    }
}
