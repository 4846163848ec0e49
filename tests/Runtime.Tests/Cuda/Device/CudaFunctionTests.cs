using Evergraph.Graph;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Device;

[Collection(CudaTest.Name)]
public sealed unsafe class CudaFunctionTests
{
    [Fact]
    public void AKernelGetsItsStruct()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        using var stream = CudaStream.Create(device);
        using var memory = DeviceMemory.Allocate(device, 1001 * sizeof(int));
        int[] values = [.. Enumerable.Range(0, 1001)];
        Words.Write(stream, memory.Address, values);
        Words.Add(library.Compile([Words.AddKernel])[0], stream, memory.Address, 1000, 7);
        Assert.Equal([.. values.Take(1000).Select(value => value + 7), 1000], Words.Read(stream, memory.Address, 1001));
    }

    [Fact]
    public void ARecordedKernelKeepsItsArguments()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        var add = library.Compile([Words.AddKernel])[0];
        using var stream = CudaStream.Create(device);
        using var memory = DeviceMemory.Allocate(device, 4);
        Words.Write(stream, memory.Address, 100);
        stream.BeginCapture();
        Words.Add(add, stream, memory.Address, 1, 1);
        Words.Add(add, stream, memory.Address, 1, 10);
        using var graph = stream.EndCapture();
        Assert.Equal([100], Words.Read(stream, memory.Address, 1));
        graph.Launch(stream);
        graph.Launch(stream);
        Assert.Equal([122], Words.Read(stream, memory.Address, 1));
    }

    [Fact]
    public void LaunchesAndCopiesAllocateNothing()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        var add = library.Compile([Words.AddKernel])[0];
        using var stream = CudaStream.Create(device);
        using var marked = CudaEvent.Create(device, timing: false);
        using var memory = DeviceMemory.Allocate(device, 512);
        using var pinned = PinnedMemory.Allocate(device, 512);
        pinned.Span(0, 512).Clear();
        RunOnce();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            RunOnce();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void RunOnce()
        {
            stream.CopyToDevice(memory.Address, pinned.Address, 512);
            Words.Add(add, stream, memory.Address, 128, 1);
            stream.CopyOnDevice(memory.Address, memory.Address + 256, 256);
            stream.Fill(memory.Address, 0, 256);
            stream.Record(marked);
            stream.Wait(marked);
            stream.CopyToHost(pinned.Address, memory.Address, 512);
            stream.Synchronize();
        }
    }

    [Fact]
    public void DynamicSharedMemory()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        var reverse = library.Compile([CudaTest.Source("reverse", """
            struct Arguments { int* values; int count; };
            extern __shared__ int held[];
            extern "C" __global__ void reverse(const __grid_constant__ Arguments a)
            {
                // Spread over all of the shared memory, so that each byte asked for is needed.
                int stride = a.count / blockDim.x;
                held[threadIdx.x * stride] = a.values[threadIdx.x];
                __syncthreads();
                a.values[threadIdx.x] = held[(blockDim.x - 1 - threadIdx.x) * stride];
            }
            """)])[0];
        int bytes = device.SharedMemoryPerBlock / 1024 * 1024;
        using var stream = CudaStream.Create(device);
        using var memory = DeviceMemory.Allocate(device, 256 * sizeof(int));
        int[] values = [.. Enumerable.Range(0, 256)];
        Words.Write(stream, memory.Address, values);
        var arguments = new ReverseArguments { Values = memory.Address, Count = bytes / sizeof(int) };
        Assert.Throws<CudaException>(() => Launch());
        reverse.DynamicSharedMemory = bytes;
        Assert.Equal(bytes, reverse.DynamicSharedMemory);
        Launch();
        Assert.Equal(values.Reverse(), Words.Read(stream, memory.Address, 256));

        void Launch()
        {
            var given = arguments;
            reverse.Launch(stream, 1, 1, 1, 256, (uint)bytes, &given);
        }
    }

    [Fact]
    public void MoreSharedMemoryThanABlockCanHave()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        var add = library.Compile([Words.AddKernel])[0];
        var error = Assert.Throws<EvergraphException>(() => add.DynamicSharedMemory = device.SharedMemoryPerBlock + 1);
        Assert.Equal(
            $"kernel add on {device}: dynamic shared memory: expected 0 to {device.SharedMemoryPerBlock} bytes, given {device.SharedMemoryPerBlock + 1}; "
            + "use smaller tiles or fewer stages",
            error.Message);
        Assert.Throws<EvergraphException>(() => add.DynamicSharedMemory = -1);
    }

    [Fact]
    public void ABlockThatIsTooLarge()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        using var stream = CudaStream.Create(device);
        var add = library.Compile([Words.AddKernel])[0];
        var error = Assert.Throws<CudaException>(() =>
        {
            var nothing = new ReverseArguments();
            add.Launch(stream, 1, 2, 3, 4096, 0, &nothing);
        });
        Assert.Equal("cuLaunchKernel", error.Function);
        Assert.EndsWith(": kernel add, grid 1 × 2 × 3, 4096 threads, 0 bytes of dynamic shared memory", error.Message, StringComparison.Ordinal);
        Assert.False(device.IsLost);
    }

    [Fact]
    public void AKernelThatIsNotThere()
    {
        var device = CudaTest.CompilingDevice;
        byte[] image = NvrtcCompiler.Compile(Words.AddKernel, device.Architecture);
        using var module = CudaModule.Load(device, image);
        var error = Assert.Throws<CudaException>(() => { _ = module.Function("subtract"); });
        Assert.StartsWith("cuModuleGetFunction: CUDA_ERROR_NOT_FOUND (500): ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(": kernel subtract", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnImageThatIsNone()
    {
        var error = Assert.Throws<CudaException>(() => { _ = CudaModule.Load(CudaTest.Device, new byte[4096], "kernel x"); });
        Assert.Equal("cuModuleLoadData", error.Function);
        Assert.EndsWith(": kernel x", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AKernelOfADisposedLibrary()
    {
        var device = CudaTest.CompilingDevice;
        var library = new KernelLibrary(device, cacheFolder: "");
        using var stream = CudaStream.Create(device);
        var add = library.Compile([Words.AddKernel])[0];
        library.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Words.Add(add, stream, 0, 0, 0));
        Assert.Throws<ObjectDisposedException>(() => add.DynamicSharedMemory = 0);
        Assert.Throws<ObjectDisposedException>(() => library.Compile([Words.AddKernel]));
    }

    private struct ReverseArguments
    {
        public nint Values;
        public int Count;
    }
}
