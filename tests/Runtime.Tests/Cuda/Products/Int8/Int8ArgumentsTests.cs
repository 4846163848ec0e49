using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products.Int8;
using Evergraph.Runtime.Tests.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Products.Int8;

[Collection(CudaTest.Name)]
public sealed unsafe class Int8ArgumentsTests
{
    private const int Count = 15;

    [Fact]
    public void The_kernel_sees_the_same_fields()
    {
        var device = CudaTest.CompilingDevice;
        string text = string.Concat(new[] { "prelude.cuh", "int8_arguments.cuh" }.Select(KernelResources.Read)) + """
            #define OFFSET(field) (int)((const char*)&a->field - (const char*)a)
            struct Given { int8_product::Arguments* arguments; int* result; };
            extern "C" __global__ void fields(Given given)
            {
                const int8_product::Arguments* a = given.arguments;
                int values[] = {
                    OFFSET(weight_map), OFFSET(x), OFFSET(weight), OFFSET(weight_sums), OFFSET(weight_scale), OFFSET(addend), OFFSET(bias), OFFSET(result),
                    OFFSET(scale), OFFSET(rows), OFFSET(columns), OFFSET(depth), OFFSET(zero_point), OFFSET(row_tiles), OFFSET(band) };
                for (int i = 0; i < 15; i++)
                    given.result[i] = values[i];
            }
            """;
        var source = new KernelSource(
            "fields", text,
            ["-DINT8_RESULT=float", "-DINT8_SCALE=float", "-DINT8_GROUPS=1", "-DINT8_COLUMNS=64", "-DINT8_STAGES=2", "-DINT8_BLOCKS=1"]);
        using var library = new KernelLibrary(device, cacheFolder: "");
        using var stream = CudaStream.Create(device);
        using var memory = DeviceMemory.Allocate(device, Count * sizeof(int));
        var given = (Arguments: memory.Address, Result: memory.Address);
        library.Compile([source])[0].Launch(stream, 1, 1, 1, 1, 0, &given);
        Int8Arguments host;
        byte* first = (byte*)&host;
        long[] offsets =
        [
            (byte*)&host.WeightMap - first, (byte*)&host.X - first, (byte*)&host.Weight - first, (byte*)&host.WeightSums - first,
            (byte*)&host.WeightScale - first, (byte*)&host.Addend - first, (byte*)&host.Bias - first, (byte*)&host.Result - first,
            (byte*)&host.Scale - first, (byte*)&host.Rows - first, (byte*)&host.Columns - first, (byte*)&host.Depth - first,
            (byte*)&host.ZeroPoint - first, (byte*)&host.RowTiles - first, (byte*)&host.Band - first,
        ];
        Assert.Equal(offsets.Select(offset => (int)offset), Words.Read(stream, memory.Address, Count));
        Assert.Equal((384, 128), (sizeof(Int8Arguments), sizeof(TensorMap)));
    }
}
