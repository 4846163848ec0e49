using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products.Int8;

namespace Evergraph.Runtime.Tests.Cuda.Products.Int8;

/// <summary>
/// Int8 products against sums in 64-bit integers: the kernel on a GPU of compute capability 9.0, its plain body on the emulator.
/// <c>EVERGRAPH_PRODUCT_SEED</c> draws others, <c>EVERGRAPH_PRODUCT_SAMPLES</c> more.
/// </summary>
[Collection(CudaTest.Name)]
public sealed class Int8ProductTests(ITestOutputHelper output)
{
    private const int Samples = 16;

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    [InlineData(DType.Float32)]
    public void The_formula(DType type)
    {
        using var library = new KernelLibrary(Device, cacheFolder: "");
        using var stream = CudaStream.Create(Device);
        var product = Product(library, type);
        int seed = Number("EVERGRAPH_PRODUCT_SEED") ?? Random.Shared.Next(), samples = Number("EVERGRAPH_PRODUCT_SAMPLES") ?? Samples;
        output.WriteLine($"seed {seed}");
        for (int i = 0; i < samples; i++)
        {
            var random = new Random(seed + i);
            var sizes = (random.Next(3) == 0 ? random.Next(1, 301) : random.Next(1, 80), 8 * random.Next(1, 76), 16 * random.Next(1, 38));
            using var drawn = new Int8Case(Device, stream, random, type, sizes);

            // As it is chosen, or any tile over few multiprocessors, so that blocks take several tiles.
            int tile = random.Next(-1, Int8Tile.All.Count), multiprocessors = random.Next(1, 6);
            if (tile < 0)
                product.Run(stream, drawn.Call);
            else
                product.Run(stream, drawn.Call, Int8Schedule.With(Int8Tile.All[tile], multiprocessors, sizes.Item1, sizes.Item2));
            Check(drawn, $"seed {seed + i}, tile {tile}, {multiprocessors} multiprocessors");
        }
    }

    [Theory]
    [InlineData(0, DType.Float32)]
    [InlineData(1, DType.BFloat16)]
    [InlineData(2, DType.Float16)]
    [InlineData(3, DType.Float32)]
    [InlineData(4, DType.BFloat16)]
    public void The_largest_sums(int tile, DType type)
    {
        using var library = new KernelLibrary(Device, cacheFolder: "");
        using var stream = CudaStream.Create(Device);
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");

        // (−128 − 127) · −128 · 65520 is just below 2³¹.
        using var drawn = new Int8Case(Device, stream, new Random(seed), type, (3, 24, 65520), extreme: true);
        Product(library, type).Run(stream, drawn.Call, Int8Schedule.With(Int8Tile.All[tile], 1, 3, 24));
        Check(drawn, $"seed {seed}");
    }

    // Many tiles of each block, and many rounds of the ring.
    [Theory]
    [InlineData(DType.BFloat16, -1, 132)]
    [InlineData(DType.Float32, -1, 132)]
    [InlineData(DType.BFloat16, 0, 7)]
    [InlineData(DType.BFloat16, 1, 7)]
    [InlineData(DType.Float16, 2, 7)]
    [InlineData(DType.Float32, 3, 7)]
    [InlineData(DType.BFloat16, 4, 7)]
    [InlineData(DType.Float32, 0, 132)]
    [InlineData(DType.Float32, 1, 132)]
    public void Many_tiles_and_stages(DType type, int tile, int multiprocessors)
    {
        var device = Device;
        Assert.SkipUnless(TensorMap.IsAvailable, "the emulator would take minutes for 6 · 10⁹ products");
        using var library = new KernelLibrary(device, cacheFolder: "");
        using var stream = CudaStream.Create(device);
        var product = Product(library, type);
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        using var drawn = new Int8Case(device, stream, new Random(seed), type, (1000, 1544, 4096));
        var schedule = tile < 0 ? Int8Schedule.Of(multiprocessors, 1000, 1544) : Int8Schedule.With(Int8Tile.All[tile], multiprocessors, 1000, 1544);
        product.Run(stream, drawn.Call, schedule);
        Check(drawn, $"seed {seed}, {schedule}");
    }

    [Fact]
    public void A_recorded_product_runs_again()
    {
        using var library = new KernelLibrary(Device, cacheFolder: "");
        using var stream = CudaStream.Create(Device);
        var product = Product(library, DType.BFloat16);
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        using var first = new Int8Case(Device, stream, new Random(seed), DType.BFloat16, (70, 136, 208));
        using var second = new Int8Case(Device, stream, new Random(seed + 1), DType.BFloat16, (9, 200, 304));
        stream.BeginCapture();
        product.Run(stream, first.Call);
        product.Run(stream, second.Call);
        using var graph = stream.EndCapture();
        graph.Launch(stream);
        Check(first, $"seed {seed}");
        Check(second, $"seed {seed + 1}");
    }

    [Fact]
    public void Nothing_is_allocated_and_no_map_made_twice()
    {
        using var library = new KernelLibrary(Device, cacheFolder: "");
        using var stream = CudaStream.Create(Device);
        var product = Product(library, DType.BFloat16);
        using var drawn = new Int8Case(Device, stream, new Random(1), DType.BFloat16, (33, 64, 160));
        product.Run(stream, drawn.Call);
        int made = product.MapsMade;
        Assert.Equal(TensorMap.IsAvailable ? 2 : 0, made);
        long before = GC.GetAllocatedBytesForCurrentThread();
        product.Run(stream, drawn.Call);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(made, product.MapsMade);
        stream.Synchronize();
    }

    private static CudaDevice Device
    {
        get
        {
            var device = CudaTest.CompilingDevice;
            Assert.SkipUnless(device is { Major: 9, Minor: 0 }, $"the kernel is for compute capability 9.0; this is {device}, {device.Architecture}");
            return device;
        }
    }

    private static Int8Product Product(KernelLibrary library, DType type)
    {
        var sources = Int8Product.Sources(type, Int8Case.ScaleType);
        return new(Device, library.Compile(sources));
    }

    private static void Check(Int8Case drawn, string place)
    {
        if (drawn.Difference() is { } difference)
            Assert.Fail($"{place}: {difference}");
    }

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out int number) ? number : null;
}
