using System.Globalization;

namespace Evergraph.Runtime.Tests;

public sealed class ReferenceExecutableTests
{
    private static readonly Symbol S = Model.Size("s");

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void KernelsGetArgumentsOfEveryType(string backend)
    {
        var compiled = Model.Compile(backend, [Model.Input("x", S, 2)], inputs =>
            [Describe.Invoke(
                inputs[0], null, [inputs[0], null], S, S + (Dim)1, null, [S, 4, (Dim)S * 2], null, -3, [1, -2], 0.5, [1.5, -2], true, [false, true],
                "mode", 2.5, (Dim)S * 3, true, DType.BFloat16, "cpu")]);
        foreach (long s in new[] { 0L, 1, 5 })
        {
            string text = string.Create(
                CultureInfo.InvariantCulture,
                $"float32[{s}, 2] none [float32[{s}, 2], none] {s} {s + 1} none [{s}, 4, {2 * s}] none -3 [1, -2] 0.5 [1.5, -2] True [False, True] mode 2.5 {3 * s} true bfloat16 cpu");
            Assert.Equal(text, Describe.TextOf(compiled.Run(Model.Range(s, 2))[0]));
        }
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void AKernelMayUseItsArrays(string backend)
    {
        var compiled = Model.Compile(backend, [Model.Input("x", S)], _ => [Fill.Invoke([S, 2], (Dim)S), Fill.Invoke([3], 1)]);
        for (int run = 0; run < 2; run++)
        {
            var results = compiled.Run(Model.Range(4));
            Assert.Equal([4L, 2], results[0].Sizes.ToArray());
            Assert.Equal([4f, 4, 4, 4, 4, 4, 4, 4], Model.Numbers(results[0]));
            Assert.Equal([1f, 1, 1], Model.Numbers(results[1]));
        }
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void GeneratedGraphsComputeWhatEagerCodeDoesAtEverySize(string backend)
    {
        int seed = Random.Shared.Next();
        for (int i = 0; i < 60; i++)
        {
            var model = GeneratedGraph.ModelOf(seed + i);
            var compiled = Model.Compile(backend, GeneratedGraph.Inputs, model);
            foreach (var (s, t) in new[] { (3, 5), (0, 0), (1, 0), (17, 2), (3, 5) })
            {
                var inputs = new[] { Model.Range(s), Model.Range(t) };
                var expected = model(inputs);
                var given = compiled.Run(inputs);
                for (int j = 0; j < expected.Length; j++)
                    Assert.True(Model.Numbers(expected[j]).SequenceEqual(Model.Numbers(given[j])), $"seed {seed + i}: output {j} at s = {s}, t = {t}");
            }
        }
    }

    [Fact]
    public async Task SixteenThreadsGetTheNumbersThatOneGets()
    {
        var compiled = Model.Compile(GeneratedGraph.Inputs, GeneratedGraph.ModelOf(4711));
        var sizes = Enumerable.Range(0, 16).Select(thread => (S: thread * 7 % 23, T: thread)).ToArray();
        var alone = sizes.Select(size => compiled.Run(Model.Range(size.S), Model.Range(size.T)).Select(Model.Numbers).ToArray()).ToArray();
        using var together = new Barrier(sizes.Length);
        await Task.WhenAll(sizes.Select((size, thread) => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                for (int run = 0; run < 50; run++)
                {
                    var results = compiled.Run(Model.Range(size.S), Model.Range(size.T));
                    for (int i = 0; i < results.Length; i++)
                        Assert.Equal(alone[thread][i], Model.Numbers(results[i]));
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(16 + (16 * 50), compiled.Statistics.Runs);
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void ResultsAreTheCallersOwn(string backend)
    {
        var weight = Model.Range(3);
        var compiled = Model.Compile(backend, [Model.Input("x", S)], inputs =>
        {
            var twice = Scale.Invoke(inputs[0], 2);
            return [inputs[0], weight, twice, twice, Scale.Invoke(twice, 1)];
        });
        var x = Model.Range(3);
        var first = compiled.Run(x);
        foreach (var result in first)
            result.Span<float>().Fill(-1);
        Assert.Equal([0f, 1, 2], Model.Numbers(x));
        var second = compiled.Run(x);
        Assert.Equal([[0, 1, 2], [0, 1, 2], [0, 2, 4], [0, 2, 4], [0, 2, 4]], second.Select(Model.Numbers));
        Assert.All(first, result => Assert.All(Model.Numbers(result), number => Assert.Equal(-1, number)));
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void AResultIsNotOverwrittenByALaterRunNorByAnotherResultsMemory(string backend)
    {
        // plus is the caller's and minus is planned; the kernel makes minus's memory first, plus's second.
        var compiled = Model.Compile(backend, [Model.Input("x", S)], inputs =>
        {
            var (plus, minus) = PlusMinus.Invoke(Scale.Invoke(inputs[0], 1));
            var after = Scale.Invoke(Scale.Invoke(Scale.Invoke(minus, 10), 10), 10);
            return [plus, after];
        });
        var first = compiled.Run(Model.Range(3));
        compiled.Run(Model.Range(3));
        Assert.Equal([1f, 2, 3], Model.Numbers(first[0]));
        Assert.Equal([-1000f, 0, 1000], Model.Numbers(first[1]));
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void ResultsMadeInAnotherOrderThanPlannedAreKept(string backend)
    {
        // plus lands in minus's memory, which is free again one node before plus is read.
        var compiled = Model.Compile(backend, [Model.Input("x", S)], inputs =>
        {
            var (plus, minus) = PlusMinus.Invoke(inputs[0]);
            var sum = Scale.Invoke(minus, 100);
            var other = Scale.Invoke(sum, 1);
            return [Add.Invoke(Scale.Invoke(plus, 1), other)];
        });
        Assert.Equal([-99f, 2, 103], Model.Numbers(compiled.Run(Model.Range(3))[0]));
    }

    [Fact]
    public void IntermediateMemoryIsKeptBetweenRuns()
    {
        var seen = new List<Storage>();
        var log = new RunLog { OnRun = tensor => seen.Add(tensor.Storage) };
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S));
        var scaled = builder.Add(Scale.Definition, [new TensorArgument(x), new ScalarArgument(2)], NodeSource.None)[0];
        builder.AddOutput(new("out", Model.Add(builder, log.Definition, scaled)[0]));
        var compiled = Model.Compile(builder.Build());
        foreach (long size in new[] { 5L, 5, 3, 0, 8, 8 })
            compiled.Run(Model.Range(size));
        Assert.Same(seen[0], seen[1]);
        Assert.Same(seen[0], seen[2]);
        Assert.Same(seen[0], seen[3]);
        Assert.NotSame(seen[0], seen[4]);
        Assert.Same(seen[4], seen[5]);
    }

    [Fact]
    public void TensorsAreLetGoAfterTheirLastUse()
    {
        WeakReference? early = null;
        bool alive = true;
        var first = new RunLog { OnRun = tensor => early = new(tensor) };
        var later = new RunLog
        {
            OnRun = _ =>
            {
                GC.Collect();
                alive = early!.IsAlive;
            },
        };
        // What first sees is read once more, out of a list.
        var builder = new GraphBuilder();
        var value = builder.AddInput(Model.Input("x", S));
        value = builder.Add(Concat.Definition, [new TensorListArgument([value, value])], NodeSource.None)[0];
        Model.Add(builder, first.Definition, value);
        value = builder.Add(Concat.Definition, [new TensorListArgument([value])], NodeSource.None)[0];
        foreach (var log in new[] { new RunLog(), new RunLog(), later })
            value = Model.Add(builder, log.Definition, value)[0];
        builder.AddOutput(new("out", value));
        Model.Compile(builder.Build()).Run(Model.Range(3));
        Assert.False(alive);
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void SizesThatDependOnDataGoThroughTheGraph(string backend)
    {
        var compiled = Model.Compile(backend, [Model.Input("x", S)], inputs =>
        {
            var positive = Positive.Invoke(inputs[0]);
            var twice = Concat.Invoke([positive, positive]);
            return [Negate.Invoke(Negate.Invoke(twice)), Fill.Invoke([twice.Shape[0]], twice.Shape[0])];
        });
        foreach (int positive in new[] { 0, 1, 6, 2 })
        {
            var input = Tensor.From(Enumerable.Range(0, 8).Select(i => i < positive ? i + 1f : -1).ToArray(), 8);
            var results = compiled.Run(input);
            var kept = Enumerable.Range(1, positive).Select(i => (float)i).ToArray();
            Assert.Equal([.. kept, .. kept], Model.Numbers(results[0]));
            Assert.Equal(Enumerable.Repeat(2f * positive, 2 * positive), Model.Numbers(results[1]));
        }
    }

    [Fact]
    public void ARunInsideAKernelDoesNotDisturbTheRunAround()
    {
        var inner = Model.Compile([Model.Input("x", S)], inputs => [Scale.Invoke(Scale.Invoke(Scale.Invoke(inputs[0], 2), 2), 2)]);
        Tensor? innerResult = null;
        var log = new RunLog { OnRun = tensor => innerResult = inner.Run(tensor)[0] };
        var builder = new GraphBuilder();
        var value = builder.AddInput(Model.Input("x", S));
        for (int i = 0; i < 4; i++)
            value = Model.Add(builder, log.Definition, value)[0];
        builder.AddOutput(new("out", value));
        Assert.Equal([0f, 1, 2], Model.Numbers(Model.Compile(builder.Build()).Run(Model.Range(3))[0]));
        Assert.Equal([0f, 8, 16], Model.Numbers(innerResult!));
        Assert.Null(TensorAllocator.Current);
    }

    [Fact]
    public void RunningANodeAllocatesOnlyWhatItsKernelDoes()
    {
        // A chain of n nodes, each of which allocates one Tensor object and its sizes.
        static long BytesOf(int nodes)
        {
            var compiled = Model.Compile([Model.Input("x", S)], inputs =>
            {
                var x = inputs[0];
                for (int i = 0; i < nodes; i++)
                    x = Fill.Invoke([S, 2], (Dim)S);
                return [x];
            });
            var input = Model.Range(4);
            for (int i = 0; i < 3; i++)
                compiled.Run(input);
            long before = GC.GetAllocatedBytesForCurrentThread();
            compiled.Run(input);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Fill.Real([4, 2], 4);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var planned = new Tensor(DType.Float32, [4, 2], Storage.Allocate(32));
        long ofKernel = GC.GetAllocatedBytesForCurrentThread() - before - StorageBytes();
        GC.KeepAlive(planned);
        Assert.Equal(100 * ofKernel, BytesOf(110) - BytesOf(10));
    }

    private static long StorageBytes()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(Storage.Allocate(32));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
