using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Communication;

[Collection(CudaTest.Name)]
public sealed class DeviceGroupTests
{
    [Fact]
    public void BuffersAreAsLargeOnEveryRankWhateverEachAsksFor()
    {
        RankGraphs.Require(2);
        long[] bytes = RankThreads.Run(2, RankGraphs.Timeout, ranks =>
        {
            var device = CudaDevice.Open(ranks.Rank);
            using var stream = CudaStream.Create(device);
            using var library = new KernelLibrary(device, null);
            using var fault = DeviceMemory.Allocate(device, sizeof(ulong));
            using var group = new DeviceGroup(device, stream, library.Compile([DeviceGroup.Source])[0], fault.Address, new());
            group.Connect(ranks, ranks.Rank == 0 ? 1_000_000 : 1);
            group.Connect(ranks, 1);
            return group.BufferBytes;
        });
        Assert.Equal(bytes[0], bytes[1]);
        Assert.InRange(bytes[0], 1_000_000, 1_100_000);
    }
}
