using System.Runtime.InteropServices;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Cuda.Products.Int8;
using Evergraph.Runtime.Tests.Cuda.Attention;

namespace Evergraph.Runtime.Tests.Cuda.Products.Int8;

/// <summary>Parts of a W8A8 layer in one kernel, and in cuBLASLt's and ours, which must agree up to rounding.</summary>
[Collection(CudaTest.Name)]
public sealed class QuantizedPartTests(ITestOutputHelper output)
{
    private const long Features = 136, Inputs = 208, MostRows = 512;

    // Rows, batches, rows of x and of the result from one batch to the next.
    [Theory]
    [InlineData(37, 1, 37, 37)]
    [InlineData(37, 1, 50, 60)]
    [InlineData(37, 3, 50, 60)]
    [InlineData(130, 3, 130, 130)]
    [InlineData(5, 3, 5, 9)]
    [InlineData(0, 3, 5, 9)]
    public void Both_ways_agree(long rows, long batches, long rowsOfX, long rowsOfResult)
    {
        var device = ProductPropertyTests.ProductDevice;
        CudaTest.RequireCompiler();
        Assert.SkipUnless(device is { Major: 9, Minor: 0 }, $"the kernel is for compute capability 9.0; this is {device}, {device.Architecture}");
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var shape = new LayerShape(IsRow: true, Features, Inputs, DType.Int8, DType.BFloat16, DType.Float32, 2);
        using var library = new KernelLibrary(device, cacheFolder: "");
        using var stream = CudaStream.Create(device);
        using var x = DeviceMemory.Allocate(device, MostRows * Inputs);
        using var weight = DeviceMemory.Allocate(device, Features * Inputs);
        using var columns = DeviceMemory.Allocate(device, 3 * 4 * Features);
        using var addend = DeviceMemory.Allocate(device, MostRows * shape.RowBytesOfResult);
        using var result = DeviceMemory.Allocate(device, MostRows * shape.RowBytesOfResult);
        using var workspace = DeviceMemory.Allocate(device, shape.LaneBytes(MostRows).Value);
        var random = new Random(seed);
        byte[] integers = new byte[MostRows * Inputs];
        random.NextBytes(integers);
        stream.Write(x.Address, integers);
        stream.Write(weight.Address, integers.AsSpan(0, (int)(Features * Inputs)));
        byte[] numbers = Numbers(MostRows * Features, DType.BFloat16);
        stream.Write(addend.Address, numbers);
        stream.Write(columns.Address, Numbers(Features, DType.Float32));
        int[] sums = new int[Features];
        for (int i = 0; i < sums.Length; i++)
            sums[i] = random.Next(-5000, 5000);
        stream.Write(columns.Address + (nint)(4 * Features), MemoryMarshal.AsBytes(sums.AsSpan()));
        stream.Write(columns.Address + (nint)(8 * Features), numbers.AsSpan(0, (int)(2 * Features)));
        var scales = new QuantizedScales(columns.Address, columns.Address + (nint)(4 * Features), 1e-4, -3);
        var places = new PartPlaces
        {
            Rows = rows,
            Batches = batches,
            X = x.Address,
            RowsOfX = rowsOfX,
            Result = result.Address,
            RowsOfResult = rowsOfResult,
            Addend = addend.Address,
            Bias = columns.Address + (nint)(8 * Features),
        };
        var (given, expected) = (Run(hasInt8: true), Run(hasInt8: false));
        for (int i = 0; i < given.Length / 2; i++)
        {
            double a = Elements.Read(given, DType.BFloat16, i), b = Elements.Read(expected, DType.BFloat16, i);
            // Numbers around 1 are added in float32, multiplied and added in one step or in two: where they cancel that is seen.
            Assert.True(Math.Abs(a - b) <= (Math.Abs(b) / 128) + 1e-6, $"seed {seed}: element {i}: expected {b:R}, given {a:R}");
        }

        byte[] Run(bool hasInt8)
        {
            var sources = QuantizedPart.Sources(shape, hasInt8);
            Assert.Equal(hasInt8 ? 2 + Int8Tile.All.Count : 2, sources.Count);
            using var part = new QuantizedPart(device, library.Compile(sources), shape) { Scales = scales };
            stream.Fill(result.Address, 0, result.Bytes);
            part.Run(stream, places, weight.Address, workspace.Address);
            byte[] bytes = new byte[result.Bytes];
            stream.Read(result.Address, bytes);
            return bytes;
        }

        byte[] Numbers(long count, DType type)
        {
            byte[] bytes = new byte[count * Elements.Size(type)];
            for (long i = 0; i < count; i++)
                Elements.Write(bytes, type, i, (random.NextDouble() * 4) - 2);
            return bytes;
        }
    }

    [Fact]
    public void Sizes_that_the_kernel_does_not_take()
    {
        var shape = new LayerShape(IsRow: true, 12, 208, DType.Int8, DType.BFloat16, DType.Float32, 2);
        Assert.Equal(2, QuantizedPart.Sources(shape, hasInt8: true).Count);
        Assert.Equal(2 + Int8Tile.All.Count, QuantizedPart.Sources(shape with { Features = 16 }, hasInt8: true).Count);
        Assert.Equal(3 + (3 * Int8Tile.All.Count), QuantizedPart.Sources(shape with { Features = 64 }, hasInt8: true).Count);
        Assert.Equal(3, QuantizedPart.Sources(shape with { Features = 64 }, hasInt8: false).Count);
    }
}
