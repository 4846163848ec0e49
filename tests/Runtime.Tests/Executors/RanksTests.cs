using System.Collections.Concurrent;
using Evergraph.Runtime.OnnxRuntime;

namespace Evergraph.Runtime.Tests;

public sealed class RanksTests
{
    private static readonly Symbol S = Model.Size("s");

    [Theory]
    [InlineData(Backend.Reference, 0, 1)]
    [InlineData(Backend.Reference, 0, 3)]
    [InlineData(Backend.Reference, 1, 2)]
    [InlineData(Backend.Reference, 2, 2)]
    [InlineData(OnnxRuntimeBackend.BackendName, 0, 1)]
    [InlineData(OnnxRuntimeBackend.BackendName, 0, 3)]
    [InlineData(OnnxRuntimeBackend.BackendName, 1, 2)]
    [InlineData(OnnxRuntimeBackend.BackendName, 2, 2)]
    public void EachRankHasItsPartOfAShardedParameter(string backend, int axis, int ranks)
    {
        long[] sizes = [6, 4, 2];
        var whole = Model.Range(sizes);
        long[] part = [.. sizes];
        part[axis] /= ranks;
        var builder = new GraphBuilder();
        var weight = builder.AddParameter(new("w", new(DType.Float32, Shape.FromSizes(part)), whole, new(axis, ranks)));
        builder.AddOutput(new("out", Model.Add(builder, Negate.Definition, weight)[0]));
        var results = Model.Compile(backend, builder.Build(), ranks).RunOnRanks([]);
        for (int rank = 0; rank < ranks; rank++)
        {
            var expected = from i in Enumerable.Range(0, (int)whole.Elements)
                           let coordinates = new[] { i / 8, i / 2 % 4, i % 2 }
                           where coordinates[axis] / part[axis] == rank
                           select -(float)i;
            Assert.Equal(part, results[rank][0].Sizes.ToArray());
            Assert.Equal(expected, Model.Numbers(results[rank][0]));
        }
    }

    [Fact]
    public void RowsAreCutWithoutCopying()
    {
        var whole = Model.Range(4, 3);
        var part = ParameterParts.Of(new("w", new(DType.Float32, [2, 3]), whole, new(0, 2)), 1);
        Assert.Same(whole.Storage, part.Storage);
        Assert.Equal([6f, 7, 8, 9, 10, 11], Model.Numbers(part));
    }

    [Fact]
    public void RanksMeetInCollectives()
    {
        var results = Reducing(3).RunOnRanks([Model.Range(4)]);
        Assert.Equal(3, results.Length);
        Assert.All(results, result => Assert.Equal([0f, 3, 6, 9], Model.Numbers(result[0])));
    }

    [Fact]
    public void AGroupInForceOnTheThreadIsTaken()
    {
        var compiled = Reducing(2);
        var results = RankThreads.Run(2, _ => compiled.Run(Model.Range(2))[0]);
        Assert.All(results, result => Assert.Equal([0f, 2], Model.Numbers(result)));
        Assert.Equal(2, compiled.Statistics.Runs);
    }

    [Fact]
    public void AGraphOfOneRankNeedsNoGroup() => Assert.Equal([0f, 1], Model.Numbers(Reducing(1).Run(Model.Range(2))[0]));

    [Fact]
    public void NoGroupIsAnError()
    {
        var error = Assert.Throws<CallException>(() => Reducing(2).Run(Model.Range(2)));
        Assert.Equal("the graph is compiled for 2 ranks: expected a process group, given none; pass one to Run, or call RunOnRanks", error.Message);
    }

    [Fact]
    public void AGroupOfAnotherSizeIsAnError()
    {
        var group = ThreadProcessGroup.Create(3, TimeSpan.FromSeconds(30))[0];
        var error = Assert.Throws<CallException>(() => Reducing(2).Run([Model.Range(2)], group));
        Assert.Equal("the graph is compiled for 2 ranks: expected a process group of that size, given 'tp' of 3; compile with TensorParallel = 3", error.Message);
    }

    [Fact]
    public void ShardingForAnotherNumberOfRanksIsAnError()
    {
        var builder = new GraphBuilder();
        var weight = builder.AddParameter(new("w", new(DType.Float32, [2]), Model.Range(4), new(0, 2)));
        builder.AddOutput(new("out", weight));
        var error = Assert.Throws<EvergraphException>(() => Model.Compile(builder.Build(), 4));
        Assert.Equal(
            "parameter w is cut into 2 parts: expected one for each of the 4 rank(s) of CompileOptions.TensorParallel; compile with TensorParallel = 2, or split the model for 4",
            error.Message);
    }

    [Fact]
    public void ARankThatFailsEndsAllOfThem()
    {
        var compiled = Model.Compile([Model.Input("x", S)], inputs => [AllReduce.Invoke(ThrowOnRankOne.Invoke(inputs[0]), 3)], 3);
        var error = Assert.Throws<ProcessGroupException>(() => compiled.RunOnRanks([Model.Range(2)]));
        Assert.Equal(1, error.Rank);
        Assert.IsType<KernelException>(error.InnerException);
        Assert.Contains("InvalidOperationException: this rank is broken", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARankThatIsCalledWronglyEndsTheOthersWithAnErrorThatKeepsItsType()
    {
        var compiled = Reducing(2);
        var ends = ThreadProcessGroup.Create(2, TimeSpan.FromSeconds(20));
        var other = Task.Factory.StartNew(
            () => Record.Exception(() => compiled.Run([Model.Range(2)], ends[0])),
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.Throws<CallException>(() => compiled.Run([Model.Range(2, 2)], ends[1]));
        var ofOther = Assert.IsType<ProcessGroupException>(await other);
        Assert.Equal(1, ofOther.Rank);
        Assert.IsType<CallException>(ofOther.InnerException);
    }

    [Fact]
    public void AnInputThatIsOverwrittenIsEachRanksOwn()
    {
        var seen = new ConcurrentDictionary<int, Storage>();
        var log = new RunLog { OnRun = tensor => seen[ProcessGroup.Current!.Rank] = tensor.Storage };
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S));
        var y = builder.AddInput(Model.Input("y", S));
        builder.AddOutput(new("x", Model.Add(builder, log.Definition, x)[0], GraphOutputKind.InputMutation, "x"));
        builder.AddOutput(new("out", y));
        var input = Model.Range(3);
        Model.Compile(builder.Build(), 2).RunOnRanks([input, input]);
        Assert.Same(input.Storage, seen[0]);
        Assert.NotSame(input.Storage, seen[1]);
    }

    [Fact]
    public void ABadCallOnRanksIsTheCallsError()
    {
        var error = Assert.Throws<CallException>(() => Reducing(2).RunOnRanks([Model.Range(2, 2)]));
        Assert.StartsWith("input 0 (x): expected rank 1, given rank 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Model.Backends), MemberType = typeof(Model))]
    public void OverwrittenInputsAndBuffersOfRanksAreKeptApart(string backend)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S));
        var count = builder.AddParameter(new("count", new(DType.Float32, [2]), Model.Range(4), new(0, 2)));
        var next = builder.Add(Scale.Definition, [new TensorArgument(count), new ScalarArgument(2)], NodeSource.None)[0];
        var sum = builder.Add(AllReduce.Definition, [new TensorArgument(x), new DimArgument(2), new StringArgument("tp")], NodeSource.None)[0];
        builder.AddOutput(new("count", next, GraphOutputKind.BufferMutation, "count"));
        builder.AddOutput(new("x", sum, GraphOutputKind.InputMutation, "x"));
        builder.AddOutput(new("out", next));
        var compiled = Model.Compile(backend, builder.Build(), 2);
        var input = Model.Range(3);
        compiled.RunOnRanks([input]);
        var results = compiled.RunOnRanks([input]);
        Assert.Equal([[0, 4], [8, 12]], results.Select(result => Model.Numbers(result[0])));
        Assert.Equal([0f, 4, 8], Model.Numbers(input));
    }

    private static CompiledGraph Reducing(int ranks) =>
        Model.Compile([Model.Input("x", S)], inputs => [AllReduce.Invoke(inputs[0], ranks)], ranks);
}
