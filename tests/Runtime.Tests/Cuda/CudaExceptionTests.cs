using Evergraph.Runtime.Cuda;

namespace Evergraph.Runtime.Tests.Cuda;

public sealed class CudaExceptionTests
{
    [Fact]
    public void AFailedCall()
    {
        var error = new CudaException("cuLaunchKernel", 1, "CUDA_ERROR_INVALID_VALUE", "invalid argument", "kernel gelu");
        Assert.Equal("cuLaunchKernel: CUDA_ERROR_INVALID_VALUE (1): invalid argument: kernel gelu", error.Message);
        Assert.Equal(("cuLaunchKernel", 1, "CUDA_ERROR_INVALID_VALUE"), (error.Function, error.Code, error.CodeName));
        Assert.Equal("cuX: E (7): text", new CudaException("cuX", 7, "E", "text").Message);
    }

    [Fact]
    public void NoMemory()
    {
        var error = new CudaOutOfMemoryException("cuMemAlloc", 2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory", 5000, 100, 4000, "device 0 (NVIDIA H200)");
        Assert.Equal(
            "cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY (2): out of memory: device 0 (NVIDIA H200): asked for 5000 bytes, free 100 of 4000 bytes; "
            + "use smaller inputs or fewer calls at a time, split the model over more devices, or end other programs that use this one",
            error.Message);
        Assert.Equal((5000L, 100L, 4000L, "device 0 (NVIDIA H200)"), (error.AskedBytes, error.FreeBytes, error.TotalBytes, error.Device));
    }

    [Fact]
    public void NoMemoryForTheDriver() => Assert.Contains(
        "device 1 (X): asked for memory of the driver's own, free 1 of 2 bytes;",
        new CudaOutOfMemoryException("cuModuleLoadData", 2, "N", "t", null, 1, 2, "device 1 (X)").Message,
        StringComparison.Ordinal);

    [Fact]
    public void ALostDevice() => Assert.Equal(
        "cuStreamSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS (700): an illegal memory access was encountered: device 0 (NVIDIA H200) is lost, and with it its memory, "
        + "streams, graphs and kernels; compile the graph again, or start the process again where that fails too",
        new CudaDeviceLostException(
            "cuStreamSynchronize", 700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered", "device 0 (NVIDIA H200)").Message);

    [Fact]
    public void NoCuda() => Assert.Equal("CUDA cannot be used: there is no such thing", new CudaUnavailableException("there is no such thing").Message);

    [Fact]
    public void ABadKernel()
    {
        var error = new KernelCompilationException("gelu", "sm_90a", "NVRTC_ERROR_COMPILATION", "gelu.cu(3): error: no\n", "/tmp/gelu.cu");
        Assert.Equal("kernel gelu does not compile for sm_90a: NVRTC_ERROR_COMPILATION; its source is in /tmp/gelu.cu\ngelu.cu(3): error: no", error.Message);
        Assert.Equal(("gelu", "gelu.cu(3): error: no\n", "/tmp/gelu.cu"), (error.Kernel, error.Log, error.SourcePath));
    }

    [Fact]
    public void ABadKernelWhoseSourceIsNotKept() => Assert.StartsWith(
        "kernel gelu does not compile for sm_90a: NVRTC_ERROR_COMPILATION; its source is not kept (the disk is full)\n",
        new KernelCompilationException("gelu", "sm_90a", "NVRTC_ERROR_COMPILATION", "", null, "the disk is full").Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(40, "line 39")]
    [InlineData(41, "(1 more lines)")]
    [InlineData(100, "(60 more lines)")]
    public void ALongLog(int lines, string last)
    {
        string log = string.Concat(Enumerable.Range(0, lines).Select(i => $"line {i}\n"));
        var error = new KernelCompilationException("gelu", "sm_90a", "R", log, "f");
        string[] given = error.Message.Split('\n');
        Assert.Equal("line 0", given[1]);
        Assert.Equal("line 39", given[40]);
        Assert.Equal(last, given[^1]);
        Assert.Equal(log, error.Log);
    }
}
