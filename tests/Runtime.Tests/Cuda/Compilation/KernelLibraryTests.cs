using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Tests.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Compilation;

[Collection(CudaTest.Name)]
public sealed class KernelLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void EqualSourcesAreCompiledOnce()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        var kernels = library.Compile([Adding(1), Adding(2), Adding(1), Adding(3), Adding(2)]);
        Assert.Equal((3, 0), (library.Compiled, library.Cached));
        Assert.Same(kernels[0], kernels[2]);
        Assert.Same(kernels[1], kernels[4]);
        Assert.Equal([1, 2, 1, 3, 2], Run(device, kernels));
        Assert.Same(kernels[3], library.Compile([Adding(3)])[0]);
        var other = library.Compile([Adding(3) with { Options = ["-DUNUSED"] }])[0];
        Assert.NotSame(kernels[3], other);
        Assert.Equal(4, library.Compiled);
        Assert.Empty(library.Compile([]));
        Assert.Null(library.CacheProblem);
    }

    [Fact]
    public void TheNextProcessReadsThemFromTheDisk()
    {
        var device = CudaTest.CompilingDevice;
        KernelSource[] sources = [.. Enumerable.Range(0, 5).Select(Adding)];
        using var first = new KernelLibrary(device, _folder.Path);
        first.Compile(sources);
        Assert.Equal((5, 0), (first.Compiled, first.Cached));
        using var second = new KernelLibrary(device, _folder.Path);
        Assert.Equal([0, 1, 2, 3, 4], Run(device, second.Compile(sources)));
        Assert.Equal((0, 5), (second.Compiled, second.Cached));
    }

    [Fact]
    public void DamagedFilesAreCompiledAnew()
    {
        var device = CudaTest.CompilingDevice;
        KernelSource[] sources = [Adding(1), Adding(2), Adding(3)];
        using var first = new KernelLibrary(device, _folder.Path);
        first.Compile(sources);
        string[] files = [.. Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal)];
        Assert.Equal(3, files.Length);
        byte[] flipped = File.ReadAllBytes(files[0]);
        flipped[flipped.Length / 2] ^= 0x10;
        File.WriteAllBytes(files[0], flipped);
        File.WriteAllBytes(files[1], File.ReadAllBytes(files[1]).AsSpan(0, 500));
        using var second = new KernelLibrary(device, _folder.Path);
        Assert.Equal([1, 2, 3], Run(device, second.Compile(sources)));
        Assert.Equal((2, 1), (second.Compiled, second.Cached));
        using var third = new KernelLibrary(device, _folder.Path);
        third.Compile(sources);
        Assert.Equal((0, 3), (third.Compiled, third.Cached));
    }

    [Fact]
    public void AWrongSourceLeavesTheOthersCompiled()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        KernelSource[] wrong = [CudaTest.Source("wrong_1", "int a = nowhere;"), CudaTest.Source("wrong_2", "int a = nowhere;")];
        for (int i = 0; i < 3; i++)
            Assert.Equal("wrong_1", Assert.Throws<KernelCompilationException>(() => library.Compile([Adding(1), .. wrong, Adding(2)])).Kernel);
        Assert.Equal(2, library.Compiled);
        Assert.Equal([1, 2], Run(device, library.Compile([Adding(1), Adding(2)])));
        Assert.Equal(2, library.Compiled);
    }

    [Fact]
    public void AKernelThatTheSourceDoesNotHave()
    {
        using var library = new KernelLibrary(CudaTest.CompilingDevice, cacheFolder: "");
        var error = Assert.Throws<CudaException>(() => library.Compile([Adding(1) with { Name = "subtract" }]));
        Assert.EndsWith(": kernel subtract", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatCannotBeWritten()
    {
        var device = CudaTest.CompilingDevice;
        File.WriteAllText(_folder["file"], "");
        using var library = new KernelLibrary(device, _folder["file"]);
        Assert.Equal([1], Run(device, library.Compile([Adding(1)])));
        Assert.StartsWith("the folder of compiled kernels cannot be written: ", library.CacheProblem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThreadsShareALibrary()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, _folder.Path);
        KernelSource[] sources = [.. Enumerable.Range(0, 4).Select(Adding)];
        var kernels = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => library.Compile(sources))));
        Assert.All(kernels, given => Assert.Equal(kernels[0], given));
        Assert.Equal((4, 0), (library.Compiled, library.Cached));
    }

    public void Dispose() => _folder.Dispose();

    private static KernelSource Adding(int i) => Words.AddKernel with { Text = Words.AddKernel.Text.Replace("a.added", $"({i})", StringComparison.Ordinal) };

    /// <summary>What each kernel adds to 0.</summary>
    private static int[] Run(CudaDevice device, CudaFunction[] kernels)
    {
        using var stream = CudaStream.Create(device);
        using var memory = DeviceMemory.Allocate(device, kernels.Length * sizeof(int));
        stream.Fill(memory.Address, 0, memory.Bytes);
        for (int i = 0; i < kernels.Length; i++)
            Words.Add(kernels[i], stream, memory.Address + (i * sizeof(int)), 1, 0);
        return Words.Read(stream, memory.Address, kernels.Length);
    }
}
