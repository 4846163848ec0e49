using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Tests;

public sealed class MutationTests
{
    private static readonly Symbol S = Model.Size("s");

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void AnOverwrittenBufferIsSeenByTheNextRunAndLeavesTheModelAlone(string backend)
    {
        var data = Model.Range(3);
        var compiled = Counter(backend, data);
        Assert.Equal([0f, 2, 4], Model.Numbers(compiled.Run(Model.Range(3))[0]));
        var second = compiled.Run(Model.Range(3))[0];
        Assert.Equal([0f, 3, 6], Model.Numbers(second));
        second.Span<float>().Clear();
        Assert.Equal([0f, 4, 8], Model.Numbers(compiled.Run(Model.Range(3))[0]));
        Assert.Equal([0f, 1, 2], Model.Numbers(data));
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public unsafe void ABufferInAReadOnlyFileCanBeOverwritten(string backend)
    {
        float[] numbers = [5, 6, 7];
        var handle = GCHandle.Alloc(numbers, GCHandleType.Pinned);
        try
        {
            var data = new Tensor(DType.Float32, [3], Storage.Map(handle.AddrOfPinnedObject(), 12, numbers));
            var compiled = Counter(backend, data);
            compiled.Run(Model.Range(3));
            Assert.Equal([5f, 8, 11], Model.Numbers(compiled.Run(Model.Range(3))[0]));
            Assert.Equal([5f, 6, 7], numbers);
        }
        finally
        {
            handle.Free();
        }
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void TwoBuffersCanSwap(string backend)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 2));
        var a = builder.AddParameter(new("a", new(DType.Float32, [2]), Tensor.From([1f, 1], 2)));
        var b = builder.AddParameter(new("b", new(DType.Float32, [2]), Tensor.From([2f, 2], 2)));
        builder.AddOutput(new("out", Model.Add(builder, Add.Definition, x, a)[0]));
        builder.AddOutput(new("a", b, GraphOutputKind.BufferMutation, "a"));
        builder.AddOutput(new("b", a, GraphOutputKind.BufferMutation, "b"));
        var compiled = Model.Compile(backend, builder.Build());
        var firsts = Enumerable.Range(0, 4).Select(_ => compiled.Run(Tensor.Zeros(DType.Float32, 2))[0].ReadOnlySpan<float>()[0]);
        Assert.Equal([1f, 2, 1, 2], firsts);
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void ABufferThatBecomesAnInputKeepsItsNumbers(string backend)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 2));
        var last = builder.AddParameter(new("last", new(DType.Float32, [2]), Tensor.Zeros(DType.Float32, 2)));
        builder.AddOutput(new("out", Model.Add(builder, Negate.Definition, last)[0]));
        builder.AddOutput(new("last", x, GraphOutputKind.BufferMutation, "last"));
        var compiled = Model.Compile(backend, builder.Build());
        var input = Tensor.From([3f, 4], 2);
        compiled.Run(input);
        input.Span<float>().Clear();
        Assert.Equal([-3f, -4], Model.Numbers(compiled.Run(input)[0]));
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void AnOverwrittenInputIsWrittenAfterEveryNodeHasReadIt(string backend)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S));
        var y = builder.AddInput(Model.Input("y", S));
        var negative = Model.Add(builder, Negate.Definition, x)[0];
        builder.AddOutput(new("x", y, GraphOutputKind.InputMutation, "x"));
        builder.AddOutput(new("y", x, GraphOutputKind.InputMutation, "y"));
        builder.AddOutput(new("out", Model.Add(builder, Add.Definition, negative, x)[0]));
        builder.AddOutput(new("old", x));
        var compiled = Model.Compile(backend, builder.Build());
        Tensor a = Model.Range(3), b = Tensor.From([7f, 8, 9], 3);
        var results = compiled.Run(a, b);
        Assert.Equal([[0, 0, 0], [0, 1, 2]], results.Select(Model.Numbers));
        Assert.Equal([7f, 8, 9], Model.Numbers(a));
        Assert.Equal([0f, 1, 2], Model.Numbers(b));
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public unsafe void AnInputThatCannotBeWrittenIsRefusedBeforeTheRun(string backend)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 2));
        builder.AddOutput(new("x", Model.Add(builder, Negate.Definition, x)[0], GraphOutputKind.InputMutation, "x"));
        var compiled = Model.Compile(backend, builder.Build());
        float* memory = stackalloc float[2];
        var input = new Tensor(DType.Float32, [2], Storage.Map((nint)memory, 8, new object()));
        var error = Assert.Throws<CallException>(() => compiled.Run(input));
        Assert.Equal("input 0 (x): the graph overwrites it: expected a tensor that can be written, given one in a read-only file: pass a copy", error.Message);
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public async Task RunsThatOverwriteABufferWaitForEachOther(string backend)
    {
        // state := state + x, with other threads let in between reading and writing.
        int inside = 0;
        bool together = false;
        var log = new RunLog
        {
            OnRun = _ =>
            {
                together |= Interlocked.Increment(ref inside) > 1;
                for (int i = 0; i < 20; i++)
                    Thread.Yield();
                Interlocked.Decrement(ref inside);
            },
        };
        var compiled = Counter(backend, Tensor.Zeros(DType.Float32, 3), log);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () =>
            {
                for (int i = 0; i < 100; i++)
                    compiled.Run(Tensor.From([1f, 1, 1], 3));
            },
            TestContext.Current.CancellationToken)));
        Assert.False(together);
        Assert.Equal([801f, 801, 801], Model.Numbers(compiled.Run(Tensor.From([1f, 1, 1], 3))[0]));
    }

    // state := state + x; returns the new state.
    private static CompiledGraph Counter(string backend, Tensor data, RunLog? log = null)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 3));
        var state = builder.AddParameter(new("state", new(DType.Float32, [3]), data));
        var old = log is null ? state : Model.Add(builder, log.Definition, state)[0];
        var sum = Model.Add(builder, Add.Definition, old, x)[0];
        builder.AddOutput(new("out", sum));
        builder.AddOutput(new("state", sum, GraphOutputKind.BufferMutation, "state"));
        return Model.Compile(backend, builder.Build());
    }
}
