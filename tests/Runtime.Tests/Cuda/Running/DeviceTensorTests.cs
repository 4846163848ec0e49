using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.Cuda;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evergraph.Runtime.Tests.Cuda.Running;

[Collection(CudaTest.Name)]
public sealed class DeviceTensorTests
{
    private const string Double =
        """
        symbol s0 = 0..64
        input %0 "x": float32[s0, 3]
        %1 = aten::add.Tensor(self=%0, other=%0) : float32[s0, 3]
        output %1 "y"
        output %0 "x"
        """;

    public static TheoryData<DType> Types => [.. Enum.GetValues<DType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void There_and_back(DType dtype)
    {
        _ = CudaTest.Device;
        foreach (long rows in (long[])[0, 1, 5])
        {
            var tensor = Tensor.Zeros(dtype, rows, 7);
            for (int i = 0; i < tensor.Bytes().Length; i++)
                tensor.Bytes()[i] = dtype == DType.Bool ? (byte)(i % 2) : (byte)(i * 37);
            using var there = DeviceTensor.From(tensor);
            Assert.Equal((dtype, 0), (there.DType, there.Device));
            Assert.Equal([rows, 7], there.Sizes.ToArray());
            Assert.StartsWith($"{tensor.Type} on device 0", there.ToString(), StringComparison.Ordinal);
            CudaGraphs.AssertSame(tensor, there.ToTensor());
        }
    }

    [Fact]
    public void A_part_of_a_storage_is_copied()
    {
        _ = CudaTest.Device;
        var whole = Model.Range(4, 3);
        using var there = DeviceTensor.From(ParameterParts.Of(new("w", new(DType.Float32, [2, 3]), whole, new(0, 2)), 1));
        Assert.Equal([6f, 7, 8, 9, 10, 11], Model.Numbers(there.ToTensor()));
    }

    [Fact]
    public void Runs_whose_results_nobody_reads_keep_nothing_on_the_host()
    {
        _ = CudaTest.CompilingDevice;
        var graph = CudaGraphs.Parse(Double);
        var symbols = new SymbolTable(graph);
        using var executable = (CudaExecutable)new CudaBackend().Load(
            graph, new(symbols, new(graph, symbols), new(), 1, Dispatcher.Default, NullLogger.Instance, new() { Backend = Backend.Cuda, Cuda = new() { Synchronous = true } }));
        using var x = DeviceTensor.From(Model.Range(5, 3));
        for (int run = 0; run < 20; run++)
        {
            foreach (var result in executable.RunOnDevice([x.Tensor], [5], null))
                result.Dispose();
            executable.Rank(0).Stream.Synchronize();
        }

        Assert.InRange(executable.Rank(0).Pool.Made, 1, 2);
    }

    [Fact]
    public void Outputs_are_inputs_of_the_next_run_and_outlive_it()
    {
        using var compiled = CudaGraphs.OnDevice(Double);
        using var other = CudaGraphs.OnDevice(Double, new() { Replays = 0 });
        using var x = DeviceTensor.From(Model.Range(5, 3));
        var kept = new List<DeviceTensor>();
        var last = x;
        for (int run = 0; run < 6; run++)
        {
            var results = (run % 2 == 0 ? compiled : other).RunOnDevice([last]);
            kept.AddRange(results);
            last = results[0];
        }

        // A run of other sizes in the same memory.
        compiled.Run(Model.Range(40, 3));
        for (int run = 0; run < 6; run++)
        {
            Assert.Equal(Model.Numbers(Model.Range(5, 3)).Select(number => number * (2 << run)), Model.Numbers(kept[2 * run].ToTensor()));
            Assert.Equal(Model.Numbers(Model.Range(5, 3)).Select(number => number * (1 << run)), Model.Numbers(kept[(2 * run) + 1].ToTensor()));
            kept[2 * run].Dispose();
        }

        Assert.Equal(kept.Count, kept.DistinctBy(tensor => tensor.Tensor.Storage.Owner).Count());
    }

    [Fact]
    public void Memory_that_the_garbage_collector_gives_back_is_used_again()
    {
        _ = CudaTest.Device;
        for (int turn = 0; turn < 3; turn++)
        {
            Drop();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var anew = DeviceTensor.From(Model.Range(1500, 3));
            CudaGraphs.AssertSame(Model.Range(1500, 3), anew.ToTensor());
        }

        // Not inlined, so that nothing on the stack refers to the tensor.
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Drop() => DeviceTensor.From(Model.Range(1500, 3)).Wait();
    }

    [Fact]
    public void After_disposal()
    {
        using var compiled = CudaGraphs.OnDevice(Double);
        var x = DeviceTensor.From(Model.Range(2, 3));
        x.Dispose();
        x.Dispose();
        Assert.Equal("DeviceTensor", Assert.Throws<ObjectDisposedException>(() => x.ToTensor()).ObjectName);
        Assert.Throws<ObjectDisposedException>(() => x.Address);
        Assert.Throws<ObjectDisposedException>(() => compiled.RunOnDevice([x]));
        Assert.Equal([0f, 2, 4], Model.Numbers(compiled.Run(Model.Range(1, 3))[0]));
    }

    [Fact]
    public void The_numbers_are_not_read_on_the_host()
    {
        _ = CudaTest.Device;
        using var x = DeviceTensor.From(Model.Range(2, 3));
        var error = Assert.Throws<InvalidOperationException>(() => x.Tensor.ReadOnlyBytes().Length);
        Assert.Equal($"the tensor lies in the memory of {CudaTest.Device}: copy it to the host before its numbers are read or written", error.Message);
        Assert.Throws<InvalidOperationException>(() => x.Tensor.Span<float>()[0] = 1);
    }

    [Fact]
    public void Other_backends_have_no_device()
    {
        using var compiled = CudaGraphs.OnHost(Double);
        const string expected = "the reference backend has no device: expected a graph compiled with Backend = \"cuda\"; use Run";
        Assert.Equal(expected, Assert.Throws<CallException>(() => compiled.RunOnDevice([])).Message);
    }

    [Fact]
    public void Inputs_are_checked_as_those_on_the_host_are()
    {
        using var compiled = CudaGraphs.OnDevice(Double);
        using var x = DeviceTensor.From(Model.Range(2, 4));
        Assert.Equal(
            Assert.ThrowsAny<EvergraphException>(() => compiled.Run(Model.Range(2, 4))).Message, Assert.ThrowsAny<EvergraphException>(() => compiled.RunOnDevice([x])).Message);
    }

    [Fact]
    public void A_graph_that_overwrites_its_inputs_takes_them_from_the_host()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 3));
        builder.AddOutput(new("x", x, GraphOutputKind.InputMutation, "x"));
        using var compiled = CudaGraphs.OnDevice(builder.Build());
        using var there = DeviceTensor.From(Model.Range(3));
        Assert.Equal(
            "the graph overwrites its input x: expected a call with tensors on the host; use Run", Assert.Throws<CallException>(() => compiled.RunOnDevice([there])).Message);
    }
}
