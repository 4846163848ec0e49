using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Attention;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Attention;

[Collection(CudaTest.Name)]
public sealed class AttentionKernelTests
{
    private const int Few = 1, Many = 132;

    // Element type, E, V, mask, causal, architecture, multiprocessors: one gives the largest tile, many give small ones and split keys.
    public static TheoryData<DType, int, int, DType?, bool, string, int> Signatures { get; } = new()
    {
        { DType.BFloat16, 128, 128, null, true, "sm_90a", Few },
        { DType.BFloat16, 128, 128, null, false, "sm_90a", Many },
        { DType.Float16, 64, 128, DType.Float16, false, "sm_90a", Few },
        { DType.Float16, 96, 80, DType.Bool, false, "sm_90a", Few },
        { DType.BFloat16, 128, 128, null, true, "sm_80", Few },
        { DType.Float16, 64, 64, null, false, "sm_80", Few },
        { DType.Float16, 64, 64, null, true, "sm_80", Many },
        { DType.BFloat16, 80, 48, DType.Float32, false, "sm_80", Few },
        { DType.BFloat16, 8, 200, null, true, "sm_80", Few },
        { DType.BFloat16, 256, 136, DType.Bool, false, "sm_80", Many },
        { DType.BFloat16, 7, 5, DType.BFloat16, false, "sm_80", Few },
        { DType.Float16, 128, 264, null, true, "sm_90a", Few },
        { DType.Float32, 64, 64, null, true, "sm_90a", Few },
        { DType.Float32, 3, 150, DType.Float32, false, "sm_90a", Few },
        { DType.Float64, 20, 20, DType.Bool, false, "sm_90a", Few },
    };

    [Theory]
    [MemberData(nameof(Signatures))]
    public void TheFormula(DType type, int headSize, int valueSize, DType? mask, bool causal, string architecture, int multiprocessors)
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        int seed = Random.Shared.Next();
        for (int i = 0; i < 4; i++)
        {
            var random = new Random(seed + i);
            int keyHeads = random.Next(1, 3), queries = Length(random);
            var sizes = new AttentionSizes(
                random.Next(1, 3), keyHeads * random.Next(1, 4), keyHeads, queries, causal ? queries : Length(random), headSize, valueSize);
            var signature = new AttentionSignature(type, headSize, valueSize, mask, causal, random.Next(2) == 0 ? null : 0.3);
            using var call = new AttentionCase(device, signature, sizes, random);
            call.Check(library, Plan(signature, architecture, multiprocessors), $"seed {seed + i}");
        }

        // 0, 1, one tile, one more, and several.
        static int Length(Random random) => random.Next(6) switch
        {
            0 => random.Next(3),
            1 => 64 + random.Next(-1, 2),
            2 => 128 + random.Next(-1, 2),
            3 => random.Next(200),
            _ => random.Next(40),
        };
    }

    [Theory]
    [InlineData(1, 900, false)]
    [InlineData(5, 1541, false)]
    [InlineData(770, 770, true)]
    public void KeysInParts(int queries, int keys, bool causal)
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        int seed = Random.Shared.Next();
        var signature = new AttentionSignature(DType.BFloat16, 64, 64, null, causal, null);
        var sizes = new AttentionSizes(1, 2, 2, queries, keys, 64, 64);
        foreach (string architecture in new[] { "sm_80", "sm_90a" })
        {
            var plan = Plan(signature, architecture, causal ? 60 : Many);
            Assert.True(plan.Schedule(sizes).Splits > 1);
            using var call = new AttentionCase(device, signature, sizes, new Random(seed));
            call.Check(library, plan, $"seed {seed}, {architecture}");
        }
    }

    [Theory]
    [InlineData("sm_80")]
    [InlineData("sm_90a")]
    public void LongAndShortBlocksShare(string architecture)
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        int seed = Random.Shared.Next();
        var signature = new AttentionSignature(DType.BFloat16, 64, 64, null, Causal: true, null);
        var sizes = new AttentionSizes(1, 2, 1, 150, 150, 64, 64);
        var plan = Plan(signature, architecture, multiprocessors: 4);
        Assert.Equal(4u, plan.Schedule(sizes).Fold);
        using var call = new AttentionCase(device, signature, sizes, new Random(seed));
        call.Check(library, plan, $"seed {seed}");
    }

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float32)]
    public void SizesThatTheGraphDoesNotFix(DType type)
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        int seed = Random.Shared.Next();
        var signature = new AttentionSignature(type, null, null, null, Causal: true, null);
        using var call = new AttentionCase(device, signature, new(2, 4, 2, 33, 33, 24, 40), new Random(seed));
        call.Check(library, Plan(signature, "sm_90a", Few), $"seed {seed}");
    }

    [Fact]
    public void RowsAtOddPlaces()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        int seed = Random.Shared.Next();
        var signature = new AttentionSignature(DType.Float16, 64, 64, null, Causal: true, null);
        using var call = new AttentionCase(device, signature, new(1, 2, 1, 20, 20, 64, 64), new Random(seed), gap: 1);
        Assert.False(call.Queries.Operand.IsAligned);
        call.Check(library, Plan(signature, "sm_90a", Few), $"seed {seed}");
    }

    [Theory]
    [InlineData(DType.BFloat16, "sm_90a")]
    [InlineData(DType.BFloat16, "sm_80")]
    [InlineData(DType.Float32, "sm_80")]
    public void ARowThatSeesNoKeyIsZero(DType type, string architecture)
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        using var stream = CudaStream.Create(device);
        var signature = new AttentionSignature(type, 64, 64, DType.Float32, Causal: false, null);
        using var call = new AttentionCase(device, signature, new(1, 1, 1, 3, 70, 64, 64), new Random(1));
        call.Mask!.Fill(() => double.NegativeInfinity);
        call.Run(library, Plan(signature, architecture, Few), stream);
        Assert.Equal(0, call.Result.Download(stream));
        for (int i = 0; i < 3 * 64; i++)
            Assert.Equal(0.0, call.Result[0, i / 64, 0, i % 64]);
    }

    [Theory]
    [InlineData(DType.BFloat16, "sm_90a")]
    [InlineData(DType.BFloat16, "sm_80")]
    [InlineData(DType.Float32, "sm_80")]
    public void NotANumberStaysInItsRow(DType type, string architecture)
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        using var stream = CudaStream.Create(device);
        var signature = new AttentionSignature(type, 64, 64, null, Causal: true, null);
        using var call = new AttentionCase(device, signature, new(1, 1, 1, 20, 20, 64, 64), new Random(1));
        call.Queries[0, 7, 0, 3] = double.NaN;
        call.Queries[0, 9, 0, 5] = double.PositiveInfinity;
        call.Run(library, Plan(signature, architecture, Few), stream);
        Assert.Equal(0, call.Result.Download(stream));
        for (int query = 0; query < 20; query++)
            Assert.Equal(query is 7 or 9, double.IsNaN(call.Result[0, query, 0, 11]));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, cacheFolder: "");
        using var stream = CudaStream.Create(device);
        var signature = new AttentionSignature(DType.BFloat16, 64, 64, null, Causal: false, null);
        var sizes = new AttentionSizes(1, 1, 1, 1, 900, 64, 64);
        var plan = Plan(signature, "sm_80", Many);
        using var call = new AttentionCase(device, signature, sizes, new Random(1));
        using var workspace = DeviceMemory.Allocate(device, plan.WorkspaceBytes(sizes));
        var kernel = new AttentionKernel(plan, library.Compile(plan.Sources));
        RunOnce();
        long before = GC.GetAllocatedBytesForCurrentThread();
        RunOnce();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void RunOnce() => kernel.Run(
            stream, sizes, call.Queries.Operand, call.Keys.Operand, call.Values.Operand, call.Result.Operand, default, workspace.Address);
    }

    private static AttentionPlan Plan(AttentionSignature signature, string architecture, int multiprocessors) =>
        new(signature, architecture, multiprocessors, sharedMemoryPerBlock: 227 * 1024);
}
