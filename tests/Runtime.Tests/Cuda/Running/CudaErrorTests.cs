using System.Globalization;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Lowering;
using Evergraph.Runtime.Cuda.Planning;
using Evergraph.Runtime.Cuda.Running;

namespace Evergraph.Runtime.Tests.Cuda.Running;

/// <summary>What goes wrong on a device, what is said of it, and that the graph runs again.</summary>
[Collection(CudaTest.Name)]
public sealed class CudaErrorTests
{
    private const string Rows =
        """
        symbol s0 = 0..
        input %0 "x": float32[s0, 1024]
        %1 = aten::softmax.int(self=%0, dim=-1) : float32[s0, 1024]
        output %1 "y"
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_place_outside_of_a_table(int replays)
    {
        var builder = new GraphBuilder();
        var ids = builder.AddInput(new("ids", new(DType.Int64, Shape.Of(Model.Size("n")))));
        var table = builder.AddParameter(new("table", new(DType.Float32, [4, 2]), Model.Range(4, 2)));
        builder.AddOutput(new("y", CudaGraphs.Add(builder, "aten::embedding", table, ids)));
        using var compiled = CudaGraphs.OnDevice(builder.Build(), new() { Replays = replays });
        foreach (long wrong in (long[])[4, -1, 1L << 40])
        {
            var error = Assert.Throws<KernelException>(() => compiled.Run(Tensor.From([1L, wrong, 0], 3)));
            Assert.Equal("aten::embedding", error.Node.Operator.Name);
            Assert.Equal(
                $"{error.Node}: a number that it takes as a place is outside of the tensor that it indexes: expected 0 to the size less 1; look at the values of its index operands",
                error.Message);
            Assert.Contains("layers.3 (model.py:7)", error.Message, StringComparison.Ordinal);
            Assert.Equal([2f, 3, 6, 7, 0, 1], Model.Numbers(compiled.Run(Tensor.From([1L, 3, 0], 3))[0]));
        }
    }

    [Fact]
    public void A_place_outside_of_one_of_the_tables_that_a_kernel_reads()
    {
        using var compiled = CudaGraphs.OnDevice(
            """
            symbol s0 = 0..
            input %0 "words": int64[s0]
            input %1 "kinds": int64[s0]
            parameter %2 "words.weight": float32[40, 8]
            parameter %3 "kinds.weight": float32[2, 8]
            %4 = aten::embedding(weight=%2, indices=%0) : float32[s0, 8]
            %5 = aten::softmax.int(self=%4, dim=-1) : float32[s0, 8]
            %6 = aten::embedding(weight=%3, indices=%1) : float32[s0, 8]
            %7 = aten::softmax.int(self=%6, dim=-1) : float32[s0, 8]
            output %5 "y"
            output %7 "z"
            """);
        Tensor[] Ids(long word, long kind) => [Tensor.From([word, 1], 2), Tensor.From([kind, 1], 2)];
        Assert.Single(compiled.Profile(Ids(39, 1)).Steps);
        int Blamed(long word, long kind) => compiled.Graph.Nodes.AsSpan().IndexOf(Assert.Throws<KernelException>(() => compiled.Run(Ids(word, kind))).Node);
        Assert.Equal(0, Blamed(40, 1));
        Assert.Equal(2, Blamed(39, 2));
    }

    [Fact]
    public void A_failed_run_fails_at_each_of_its_results()
    {
        using var compiled = CudaGraphs.OnDevice(
            """
            symbol s0 = 0..
            input %0 "ids": int64[s0]
            parameter %1 "table": float32[4, 2]
            %2 = aten::embedding(weight=%1, indices=%0) : float32[s0, 2]
            output %2 "y"
            output %2 "z"
            """);
        using var ids = DeviceTensor.From(Tensor.From([9L], 1));
        var results = compiled.RunOnDevice([ids]);
        for (int repeat = 0; repeat < 2; repeat++)
        {
            Assert.Throws<KernelException>(() => results[1].ToTensor());
            Assert.Throws<KernelException>(() => results[0].Wait());
        }

        using var good = DeviceTensor.From(Tensor.From([3L], 1));
        Assert.Equal([1L, 2], compiled.RunOnDevice([good])[0].ToTensor().Sizes.ToArray());
    }

    [Fact]
    public void No_memory_for_a_large_call()
    {
        using var compiled = CudaGraphs.OnDevice(Rows);
        var small = CudaGraphs.Random(1, 4, 1024);
        var expected = compiled.Run(small)[0];
        var (free, total) = CudaTest.Device.Memory();
        using (CudaEmulator.Set("EVERGRAPH_EMULATOR_MEMORY", (total - free + (8 << 20)).ToString(CultureInfo.InvariantCulture)))
        {
            for (int repeat = 0; repeat < 2; repeat++)
            {
                var error = Assert.Throws<DeviceMemoryException>(() => compiled.Run(CudaGraphs.Random(2, 4096, 1024)));
                Assert.StartsWith(
                    "the run's memory takes 33554432 bytes at these sizes, the largest parts being 16777216 bytes for an input; 16777216 bytes for float32[s0, 1024] of aten::softmax.int",
                    error.Message, StringComparison.Ordinal);
                Assert.Contains("use smaller inputs or fewer calls at a time", error.Message, StringComparison.Ordinal);
                Assert.IsType<CudaOutOfMemoryException>(error.InnerException);
                CudaGraphs.AssertSame(expected, compiled.Run(small)[0]);
            }
        }

        Assert.Equal([4096L, 1024], compiled.Run(CudaGraphs.Random(2, 4096, 1024))[0].Sizes.ToArray());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(8, false)]
    [InlineData(8, true)]
    public void A_kernel_that_fails(int warmUps, bool synchronous)
    {
        using var compiled = CudaGraphs.OnDevice(Rows, new() { Synchronous = synchronous });
        var x = CudaGraphs.Random(1, 4, 1024);
        string kernel = compiled.Profile([x]).Steps.Single().Name;
        for (int i = 0; i < warmUps; i++)
            compiled.Run(x);
        using (CudaEmulator.Set("EVERGRAPH_EMULATOR_FAIL", kernel))
        {
            var error = Assert.ThrowsAny<EvergraphException>(() => compiled.Run(x));

            // A replay is one launch: which of its kernels failed is not known.
            if (warmUps > 0 && !synchronous)
            {
                Assert.IsType<DeviceRunException>(error);
                Assert.StartsWith(
                    "a step of the run with s0 = 4 failed; to learn which node, start anew and compile with CudaOptions.Synchronous: cuGraphLaunch: CUDA_ERROR_ILLEGAL_ADDRESS (700)",
                    error.Message, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal("aten::softmax.int", Assert.IsType<KernelException>(error).Node.Operator.Name);
                Assert.Contains($": its step {kernel} failed on (float32[4, 1024]): ", error.Message, StringComparison.Ordinal);
                Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)", error.Message, StringComparison.Ordinal);
            }
        }

        for (int i = 0; i < 3; i++)
            CudaGraphs.AssertAgree(Reference(x), compiled.Run(x), "after the device was lost");
    }

    [Fact]
    public void Results_of_before_are_lost_with_the_device()
    {
        using var compiled = CudaGraphs.OnDevice(Rows);
        var x = CudaGraphs.Random(1, 4, 1024);
        using var there = DeviceTensor.From(x);
        string kernel = compiled.Profile([x]).Steps.Single().Name;
        using (CudaEmulator.Set("EVERGRAPH_EMULATOR_FAIL", kernel))
            Assert.Throws<KernelException>(() => compiled.Run(x));
        Assert.ThrowsAny<EvergraphException>(() => there.ToTensor());
        CudaGraphs.AssertAgree(Reference(x), compiled.Run(x), "after the device was lost");
        Assert.ThrowsAny<EvergraphException>(() => compiled.RunOnDevice([there]));
        using var anew = DeviceTensor.From(x);
        CudaGraphs.AssertAgree(Reference(x), [compiled.RunOnDevice([anew])[0].ToTensor()], "with a tensor of the new device");
    }

    [Fact]
    public void A_kernel_that_does_not_compile()
    {
        var device = CudaTest.CompilingDevice;
        using var folder = new TemporaryFolder();
        using var library = new KernelLibrary(device, folder.Path);
        var error = Assert.Throws<KernelCompilationException>(() => library.Compile([CudaTest.Source("wrong", "extern \"C\" __global__ void wrong(int a) { a = ; }")]));
        Assert.Equal("wrong", error.Kernel);
        Assert.StartsWith("kernel wrong does not compile for ", error.Message, StringComparison.Ordinal);
        if (error.SourcePath is { } path)
            File.Delete(path);
    }

    [Fact]
    public void A_kernel_that_does_not_compile_is_its_own_nodes_although_others_have_its_name()
    {
        var device = CudaTest.CompilingDevice;
        using var library = new KernelLibrary(device, "");
        var graph = CudaGraphs.Parse(
            """
            input %0 "x": float32[4]
            %1 = aten::relu(self=%0) : float32[4]
            %2 = aten::neg(self=%1) : float32[4]
            output %2 "y"
            """);
        Step[] steps = [new NamedStep(0), new NamedStep(1)];
        IReadOnlyList<KernelSource>[] sources =
        [
            [CudaTest.Source("same", "extern \"C\" __global__ void same(int a) { }")],
            [CudaTest.Source("same", "extern \"C\" __global__ void same(int a) { a = ; }")],
        ];
        var refused = Assert.Throws<KernelCompilationException>(() => library.Compile([.. sources.SelectMany(source => source)]));
        var error = Assert.IsType<KernelException>(StepRunners.ErrorOf(graph, steps, sources, refused));
        Assert.Equal("aten::neg", error.Node.Operator.Name);
        Assert.Contains("kernel same does not compile for ", error.Message, StringComparison.Ordinal);
        Assert.Same(refused, StepRunners.ErrorOf(graph, [], [], refused));
        if (refused.SourcePath is { } path)
            File.Delete(path);
    }

    [Fact]
    public void Memory_that_is_kept_for_later_is_given_up_before_there_is_none()
    {
        var device = CudaTest.CompilingDevice;
        DeviceTensor.From(CudaGraphs.Random(1, 2 << 20)).Dispose();
        var (free, total) = device.Memory();
        using (CudaEmulator.Set("EVERGRAPH_EMULATOR_MEMORY", (total - free + (1 << 20)).ToString(CultureInfo.InvariantCulture)))
        {
            var small = CudaGraphs.Random(2, 1 << 20);
            using var fits = DeviceTensor.From(small);
            CudaGraphs.AssertSame(small, fits.ToTensor());
            Assert.Throws<CudaOutOfMemoryException>(() => DeviceTensor.From(CudaGraphs.Random(3, 4 << 20)));
        }
    }

    private sealed class NamedStep(int node) : Step(node, "same")
    {
        public override IReadOnlyList<StepOperand> Operands => [];

        public override IReadOnlyList<LoweredValue> Results => [];
    }

    private static Tensor[] Reference(Tensor x)
    {
        using var reference = CudaGraphs.OnHost(Rows);
        return reference.Run(x);
    }
}
