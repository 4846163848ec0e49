using System.Runtime.CompilerServices;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Device;

[Collection(CudaTest.Name)]
public sealed class CudaDeviceTests
{
    [Fact]
    public void WithoutCudaOpeningSaysWhy()
    {
        string? reason = CudaDevice.WhyUnavailable();
        Assert.SkipWhen(reason is null, "CUDA is here");
        Assert.StartsWith("CUDA cannot be used: ", reason, StringComparison.Ordinal);
        Assert.Equal(reason, Assert.Throws<CudaUnavailableException>(() => CudaDevice.Open(0)).Message);
        Assert.Equal(0, CudaDevice.Count);
    }

    [Fact]
    public void WhatADeviceSaysOfItself()
    {
        var device = CudaTest.Device;
        Assert.Same(device, CudaDevice.Open(0));
        Assert.Equal(0, device.Ordinal);
        Assert.NotEqual("", device.Name);
        Assert.Matches(device.Major >= 9 ? $"^sm_{device.Major}{device.Minor}a$" : $"^sm_{device.Major}{device.Minor}$", device.Architecture);
        Assert.InRange(device.Multiprocessors, 1, 1024);
        Assert.InRange(device.SharedMemoryPerBlock, 48 * 1024, 1024 * 1024);
        Assert.True(device.DriverVersion >= CudaRequirements.MinimumDriverVersion, $"driver {device.DriverVersion}");
        var (free, total) = device.Memory();
        Assert.InRange(free, 1, total);
        Assert.Equal($"device 0 ({device.Name})", device.ToString());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void AnotherDevice(int ordinal)
    {
        _ = CudaTest.Device;
        var error = Assert.Throws<CudaUnavailableException>(() => CudaDevice.Open(ordinal));
        Assert.Equal(
            $"CUDA cannot be used: there is no device {ordinal}: expected a number from 0 to {CudaDevice.Count - 1}; CUDA_VISIBLE_DEVICES says which are seen",
            error.Message);
    }

    [Fact]
    public void MoreMemoryThanThereIs()
    {
        var device = CudaTest.Device;
        long asked = device.TotalBytes + (1L << 40);
        var error = Assert.Throws<CudaOutOfMemoryException>(() => DeviceMemory.Allocate(device, asked));
        Assert.Equal(asked, error.AskedBytes);
        Assert.Equal(device.Memory().Total, error.TotalBytes);
        Assert.InRange(error.FreeBytes, 1, error.TotalBytes);
        Assert.StartsWith("cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY (2): ", error.Message, StringComparison.Ordinal);
        Assert.False(device.IsLost);
        using var memory = DeviceMemory.Allocate(device, 1024);
        Assert.NotEqual(0, memory.Address);
    }

    [Fact]
    public void WhatIsForgottenIsFreedByTheFinalizer()
    {
        var device = CudaTest.Device;
        long before = device.Memory().Free;
        long bytes = before / 4;
        AllocateAndForget(device, bytes);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(device.Memory().Free > before - (bytes / 2), $"free before {before}, allocated and forgotten {bytes}, free now {device.Memory().Free}");
    }

    [Fact]
    public async Task ThreadsShareADevice()
    {
        var device = CudaTest.Device;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            using var stream = CudaStream.Create(device);
            for (int i = 0; i < 50; i++)
            {
                using var memory = DeviceMemory.Allocate(device, 8);
                Words.Write(stream, memory.Address, thread, i);
                Assert.Equal([thread, i], Words.Read(stream, memory.Address, 2));
            }
        })));
    }

    /// <summary>It ends CUDA for its process, so it runs alone: EVERGRAPH_CUDA_LOSE_DEVICE=1 and -method "*AGpuThatWasLostIsLostForTheProcess".</summary>
    [Fact]
    public void AGpuThatWasLostIsLostForTheProcess()
    {
        var device = CudaTest.CompilingDevice;
        Assert.SkipUnless(Environment.GetEnvironmentVariable("EVERGRAPH_CUDA_LOSE_DEVICE") == "1" && !IsEmulator(device), "set EVERGRAPH_CUDA_LOSE_DEVICE=1 and run it alone, on a GPU");
        var stream = CudaStream.Create(device);
        var add = new KernelLibrary(device, cacheFolder: "").Compile([Words.AddKernel])[0];
        Assert.Throws<CudaDeviceLostException>(() =>
        {
            Words.Add(add, stream, 0x100, 128, 1);
            stream.Synchronize();
        });
        Assert.True(device.IsLost);
        Assert.Contains("start the process again", Assert.Throws<CudaDeviceLostException>(() => CudaDevice.Open(0)).Message, StringComparison.Ordinal);

        // What needs no GPU goes on.
        using var compiled = GraphCompiler.Compile([new("x", new(DType.Float32, [2]))], x => [Evergraph.CustomOps.Aten.Neg.Invoke(x[0])], new() { Backend = Backend.Reference });
        Assert.Equal([-1f, 2f], compiled.Run(Tensor.From([1f, -2f], 2))[0].ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void ALostDeviceIsOpenedAnew()
    {
        var device = CudaTest.CompilingDevice;
        Assert.SkipUnless(IsEmulator(device), "NVIDIA's driver makes no context anew in a process whose device was lost: see AGpuThatWasLostIsLostForTheProcess");
        var kept = DeviceMemory.Allocate(device, 1024);
        var pinned = PinnedMemory.Allocate(device, 1024);
        var stream = CudaStream.Create(device);
        var library = new KernelLibrary(device, cacheFolder: "");
        var add = library.Compile([Words.AddKernel])[0];

        // An address of no one's; aligned, so that the fault is that and not the alignment. A GPU tells at the synchronization, the emulator at once.
        var error = Assert.Throws<CudaDeviceLostException>(() =>
        {
            Words.Add(add, stream, 0x100, 128, 1);
            stream.Synchronize();
        });
        Assert.Equal(device.ToString(), error.Device);
        Assert.Contains($"{device} is lost", error.Message, StringComparison.Ordinal);
        Assert.True(device.IsLost);
        Assert.Equal(error.Code, Assert.Throws<CudaDeviceLostException>(() => DeviceMemory.Allocate(device, 8)).Code);
        Assert.Throws<CudaDeviceLostException>(() => Words.Add(add, stream, kept.Address, 1, 1));

        var again = CudaDevice.Open(0);
        Assert.NotSame(device, again);
        Assert.Same(again, CudaDevice.Open(0));
        using var memory = DeviceMemory.Allocate(again, 1024);
        using var working = CudaStream.Create(again);
        using var kernels = new KernelLibrary(again, cacheFolder: "");
        Words.Write(working, memory.Address, 1, 2, 3);

        // What died with the old context must not be freed in the new one, where its address may be another's.
        kept.Dispose();
        pinned.Dispose();
        stream.Dispose();
        library.Dispose();
        Words.Add(kernels.Compile([Words.AddKernel])[0], working, memory.Address, 3, 10);
        Assert.Equal([11, 12, 13], Words.Read(working, memory.Address, 3));
        Assert.Throws<CudaDeviceLostException>(device.MakeCurrent);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AllocateAndForget(CudaDevice device, long bytes) => _ = DeviceMemory.Allocate(device, bytes);

    private static bool IsEmulator(CudaDevice device) => device.Name.Contains("emulator", StringComparison.OrdinalIgnoreCase);
}
