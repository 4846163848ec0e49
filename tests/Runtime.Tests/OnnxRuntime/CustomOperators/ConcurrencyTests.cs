namespace Evergraph.Runtime.Tests;

public sealed class ConcurrencyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task EightThreadsGetTheNumbersThatOneGets(int ranks)
    {
        var s = Model.Size("s");
        int seed = Random.Shared.Next();
        var model = GeneratedGraph.ModelOf(seed);
        using var compiled = InSession.Compile(GeneratedGraph.Inputs, inputs => [.. model(inputs).Select(result => AllReduce.Invoke(result, ranks))], ranks);
        var sizes = Enumerable.Range(0, 8).Select(thread => (S: thread * 7 % 23, T: thread)).ToArray();
        var alone = sizes.Select(size => Run(size)).ToArray();
        using var together = new Barrier(sizes.Length);
        await Task.WhenAll(sizes.Select((size, thread) => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                for (int run = 0; run < 100 / ranks; run++)
                {
                    var other = (thread + run) % sizes.Length;
                    var given = Run(sizes[other]);
                    for (int i = 0; i < given.Length; i++)
                        Assert.True(alone[other][i].SequenceEqual(given[i]), $"seed {seed}, result {i} at {sizes[other]}");
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        float[][] Run((int S, int T) size) => [.. compiled.RunOnRanks([Model.Range(size.S), Model.Range(size.T)])[ranks - 1].Select(Model.Numbers)];
    }

    [Fact]
    public void ManyPiecesRunOnTheSessionsThreads()
    {
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
        long sum = 0;
        var log = new RunLog
        {
            OnRun = _ => ParallelLoop.Run(200, piece =>
            {
                // Cut once more inside: the threads are at work.
                ParallelLoop.Run(3, inner => Interlocked.Add(ref sum, (piece * 3) + inner));
                seen.AddOrUpdate(Environment.CurrentManagedThreadId, 1, (_, count) => count + 1);
            }),
        };
        using var compiled = Compile(log, threads: 2);
        compiled.Run(Model.Range(3));
        Assert.Equal(600 * 599 / 2, sum);
        Assert.Equal(200, seen.Values.Sum());
    }

    [Fact]
    public void APieceThatThrowsIsTheKernelsError()
    {
        int begun = 0;
        var log = new RunLog
        {
            OnRun = _ => ParallelLoop.Run(50, piece =>
            {
                Interlocked.Increment(ref begun);
                throw new InvalidOperationException("a piece is broken");
            }),
        };
        using var compiled = Compile(log, threads: 2);
        for (int i = 0; i < 3; i++)
        {
            var error = Assert.Throws<KernelException>(() => compiled.Run(Model.Range(3)));
            Assert.Equal("test::observe at layers.3 (model.py:7): its kernel failed on (float32[3]): InvalidOperationException: a piece is broken", error.Message);
        }

        Assert.InRange(begun, 3, 150);
    }

    [Fact]
    public void ARunInsideAKernelDoesNotDisturbTheRunAround()
    {
        using var inner = InSession.Compile([Model.Input("x", Model.Size("s"))], inputs => [Scale.Invoke(Scale.Invoke(inputs[0], 2), 2)]);
        Tensor? innerResult = null;
        var log = new RunLog { OnRun = tensor => innerResult = inner.Run(tensor)[0] };
        using var compiled = Compile(log, threads: 1);
        Assert.Equal([0f, 1, 2], Model.Numbers(compiled.Run(Model.Range(3))[0]));
        Assert.Equal([0f, 4, 8], Model.Numbers(innerResult!));
        Assert.Null(TensorAllocator.Current);
    }

    private static CompiledGraph Compile(RunLog log, int threads)
    {
        var builder = new GraphBuilder();
        builder.AddOutput(new("out", Model.Add(builder, log.Definition, builder.AddInput(Model.Input("x", Model.Size("s"))))[0]));
        return InSession.Compile(builder.Build(), threads: threads);
    }
}
