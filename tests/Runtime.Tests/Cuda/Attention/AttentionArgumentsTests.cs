using System.Runtime.InteropServices;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Attention;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Tests.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Attention;

[Collection(CudaTest.Name)]
public sealed unsafe class AttentionArgumentsTests
{
    [Fact]
    public void KernelsSeeTheSameFields()
    {
        var device = CudaTest.CompilingDevice;
        string text = string.Concat(new[] { "attention_prelude.cuh", "attention_arguments.cuh" }.Select(KernelResources.Read)) + """
            #define OFFSET(field) (int)((const char*)&a.arguments.field - (const char*)&a.arguments)
            struct Given { attention::Arguments arguments; int* result; };
            extern "C" __global__ void fields(const __grid_constant__ Given a)
            {
                int values[] = {
                    (int)sizeof(attention::Arguments), OFFSET(k), OFFSET(mask), OFFSET(maskQuery), OFFSET(partial), OFFSET(scale),
                    OFFSET(batch), OFFSET(queries), OFFSET(keys), OFFSET(valueSize), OFFSET(rowTiles), OFFSET(tilesPerSplit), OFFSET(causal), OFFSET(fold) };
                for (int i = 0; i < 14; i++)
                    a.result[i] = values[i];
            }
            """;
        using var library = new KernelLibrary(device, cacheFolder: "");
        using var stream = CudaStream.Create(device);
        using var memory = DeviceMemory.Allocate(device, 14 * sizeof(int));
        var given = new Given { Result = memory.Address };
        library.Compile([CudaTest.Source("fields", text)])[0].Launch(stream, 1, 1, 1, 1, 0, &given);
        Assert.Equal(
            [
                sizeof(AttentionArguments), Offset("Keys"), Offset("Mask"), Offset("Mask") + 24, Offset("Partial"), Offset("Scale"),
                Offset("Batch"), Offset("QueryCount"), Offset("KeyCount"), Offset("ValueSize"), Offset("RowTiles"), Offset("TilesPerSplit"), Offset("Causal"), Offset("Fold"),
            ],
            Words.Read(stream, memory.Address, 14));
    }

    private static int Offset(string field) => (int)Marshal.OffsetOf<AttentionArguments>(field);

    private struct Given
    {
        public AttentionArguments Arguments;
        public nint Result;
    }
}
