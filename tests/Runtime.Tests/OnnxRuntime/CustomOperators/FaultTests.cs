using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.OnnxRuntime;
using Attributes = Evergraph.Runtime.OnnxRuntime.Model.Attributes;
using LoweringTable = Evergraph.Runtime.OnnxRuntime.Lowering.LoweringTable;

namespace Evergraph.Runtime.Tests;

/// <summary>Errors inside sessions: as on the reference executor, and the process and the session go on.</summary>
public sealed class FaultTests
{
    private static readonly Symbol S = Model.Size("s");

    [Fact]
    public void MissingImplementationsAreListedTogether()
    {
        InSession.Require();
        var error = Assert.Throws<MissingKernelException>(() => Compile(Bodiless.Definition, BodilessOther.Definition, Bodiless.Definition));
        Assert.StartsWith(
            "the onnxruntime backend has no kernel for 2 operators of the graph: test::bodiless at layers.3 (model.py:7), test::bodiless.other at layers.3 (model.py:7): ",
            error.Message, StringComparison.Ordinal);
        Assert.Equal([Bodiless.Definition, BodilessOther.Definition], error.Operators);
    }

    [Fact]
    public void AnotherSizeThanTheFakes() => Fails(
        WrongSize.Definition, "its fake and its real disagree: result 0: expected float32[3, 2] (float32[s, 2]), given float32[4, 2]");

    [Fact]
    public void AnotherRankThanTheFakes() => Fails(
        WrongRank.Definition, "its fake and its real disagree: result 0: expected float32[3, 2] (float32[s, 2]), given float32[6]");

    [Fact]
    public void AnotherElementTypeThanTheFakes() => Fails(
        WrongDType.Definition, "its fake and its real disagree: result 0: expected float32[3, 2] (float32[s, 2]), given int32[3, 2]");

    [Fact]
    public void NoResult() => Fails(
        Nothing.Definition, "its fake and its real disagree: result 0: expected float32[3, 2] (float32[s, 2]), given nothing");

    [Fact]
    public void AnotherNumberOfResultsThanTheFakes() => Fails(
        TooFew.Definition,
        "its kernel failed on (float32[3, 2]): test::too_few: kernel Real gives another number of tensors than the fake: expected 2, given 1");

    [Fact]
    public void AKnownSizeBesideOneThatDependsOnData() => Fails(
        HalfKnown.Definition, "its fake and its real disagree: result 0: expected float32[u0, 2], given float32[1, 3]");

    [Fact]
    public void MoreElementsThanTheFakesBound() => Fails(
        OverBound.Definition, "its fake and its real disagree: result 0: expected float32[u0] with u0 in 0..4 at axis 0, given float32[5]");

    [Theory]
    [InlineData("other", "InvalidOperationException: the table is empty", typeof(InvalidOperationException))]
    [InlineData("evergraph", "the table is empty", typeof(EvergraphException))]
    public void AKernelThatThrows(string kind, string text, Type cause)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S, 2));
        var y = builder.AddInput(new("y", new(DType.Int64, [4])));
        var results = builder.Add(Throw.Definition, [new TensorArgument(x), new TensorListArgument([y, x]), new StringArgument(kind)], new("layers.3", "model.py", 7));
        builder.AddOutput(new("out", results[0]));
        using var compiled = InSession.Compile(builder.Build());
        for (int i = 0; i < 2; i++)
        {
            var error = Assert.Throws<KernelException>(() => compiled.Run(Model.Range(3, 2), Tensor.Zeros(DType.Int64, 4)));
            Assert.Equal($"test::throw at layers.3 (model.py:7): its kernel failed on (float32[3, 2], [int64[4], float32[3, 2]]): {text}", error.Message);
            Assert.Equal(cause, error.InnerException!.GetType());
            Assert.Equal("test::throw", error.Node.Operator.Name);
        }

        Assert.Null(TensorAllocator.Current);
        Assert.Null(ParallelLoop.Current);
        Assert.Equal(0, compiled.Statistics.Runs);
    }

    [Fact]
    public void AGraphRunsOnAfterAFailedRun()
    {
        bool fails = true;
        var log = new RunLog
        {
            OnRun = _ =>
            {
                if (fails)
                    throw new InvalidOperationException("not now");
            },
        };
        using var compiled = Compile(Negate.Definition, log.Definition, Negate.Definition);
        Assert.Throws<KernelException>(() => compiled.Run(Model.Range(3, 2)));
        fails = false;
        Assert.Equal([0f, 1, 2, 3, 4, 5], Model.Numbers(compiled.Run(Model.Range(3, 2))[0]));
    }

    [Fact]
    public void AFailureInsideAKernelsOwnRunIsThatKernels()
    {
        using var inner = Compile(WrongSize.Definition);
        string? innerMessage = null;
        var log = new RunLog { OnRun = tensor => innerMessage = Assert.Throws<KernelException>(() => inner.Run(tensor)).Message };
        using var outer = Compile(Negate.Definition, log.Definition, Negate.Definition);
        Assert.Equal([0f, 1, 2, 3, 4, 5], Model.Numbers(outer.Run(Model.Range(3, 2))[0]));
        Assert.StartsWith("test::wrong_size at layers.3", innerMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void ARequirementOnDataIsTheFakesErrorWithItsPlace()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S));
        var y = builder.AddInput(Model.Input("y", Model.Size("t")));
        builder.AddOutput(new("out", Model.Add(builder, Add.Definition, y, Model.Add(builder, Positive.Definition, x)[0])[0]));
        using var compiled = InSession.Compile(builder.Build());
        var error = Assert.Throws<ShapeException>(() => compiled.Run(Model.Range(4), Model.Range(2)));
        Assert.StartsWith("test::add at layers.3 (model.py:7): sizes differ", error.Message, StringComparison.Ordinal);
        Assert.Equal([1f, 3, 5], Model.Numbers(compiled.Run(Model.Range(4), Model.Range(3))[0]));
    }

    [Fact]
    public void ResultsInAnotherOrderThanPlanned()
    {
        using var compiled = InSession.Compile([Model.Input("x", S)], inputs =>
        {
            var (plus, minus) = PlusMinus.Invoke(inputs[0]);
            return [minus, plus, Add.Invoke(plus, Scale.Invoke(minus, 100))];
        });
        Assert.Equal([[-1, 0, 1], [1, 2, 3], [-99, 2, 103]], compiled.Run(Model.Range(3)).Select(Model.Numbers));
        Assert.Equal([[-1], [1], [-99]], compiled.Run(Model.Range(1)).Select(Model.Numbers));
    }

    [Fact]
    public void AResultThatIsAnOperandIsCopied()
    {
        using var compiled = Compile(Negate.Definition, Alias.Definition, Negate.Definition);
        var input = Model.Range(3, 2);
        var result = compiled.Run(input)[0];
        Assert.Equal([0f, 1, 2, 3, 4, 5], Model.Numbers(result));
        using var alias = Compile(Alias.Definition);
        result = alias.Run(input)[0];
        result.Span<float>().Clear();
        Assert.Equal([0f, 1, 2, 3, 4, 5], Model.Numbers(input));
    }

    [Fact]
    public void TwoResultsInOneMemoryAreCopied()
    {
        using var compiled = InSession.Compile([Model.Input("x", S)], inputs =>
        {
            var (a, b) = Twins.Invoke(inputs[0]);
            return [Scale.Invoke(a, 2), Scale.Invoke(b, 3)];
        });
        Assert.Equal([[0, 2, 4], [0, 3, 6]], compiled.Run(Model.Range(3)).Select(Model.Numbers));
    }

    [Fact]
    public void AResultThatNothingReads()
    {
        using var compiled = InSession.Compile([Model.Input("x", S)], inputs => [Scale.Invoke(PlusMinus.Invoke(inputs[0]).minus, 2)]);
        Assert.Equal([-2f, 0, 2], Model.Numbers(compiled.Run(Model.Range(3))[0]));
    }

    [Fact]
    public void ACollectiveThatFailsOnOneRankEndsAllOfThem()
    {
        InSession.Require();
        using var compiled = InSession.Compile([Model.Input("x", S)], inputs => [AllReduce.Invoke(ThrowOnRankOne.Invoke(inputs[0]), 3)], 3);
        for (int i = 0; i < 2; i++)
        {
            var error = Assert.Throws<ProcessGroupException>(() => compiled.RunOnRanks([Model.Range(2)]));
            Assert.Equal(1, error.Rank);
            Assert.IsType<KernelException>(error.InnerException);
            Assert.Contains("InvalidOperationException: this rank is broken", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void RanksThatDisagreeInACollectiveGetItsError()
    {
        // Each rank brings another number of rows.
        using var compiled = InSession.Compile([Model.Input("x", S)], inputs => [AllReduce.Invoke(inputs[0], 2)], 2);
        var error = Assert.Throws<ProcessGroupException>(() => RankThreads.Run(2, group => compiled.Run([Model.Range(2 + group.Rank)], group)));
        Assert.DoesNotContain("KernelException", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ADisposedGraphSaysSo()
    {
        var compiled = Compile(Negate.Definition);
        compiled.Dispose();
        compiled.Dispose();
        Assert.Throws<ObjectDisposedException>(() => compiled.Run(Model.Range(3, 2)));
    }

    [Fact]
    public void AnInputOfAnotherShapeThanTheGraphSaysIsRefused()
    {
        // A lowering that gives what the graph does not say: the operator behind it must not read past the end.
        InSession.Require();
        var table = LoweringTable.Of(("test::negate", static node => node.Return(node.Emit("Concat", [node.Input("x"), node.Input("x")], Attributes.Int("axis", 0)))));
        using var compiled = GraphCompiler.Compile(
            [Model.Input("x", S, 2)], inputs => [Add.Invoke(inputs[0], Negate.Invoke(inputs[0]))],
            new() { Backend = OnnxRuntimeBackend.BackendName, Passes = [], OnnxRuntime = new() { Threads = 1, Lowerings = table, LogLevel = Microsoft.Extensions.Logging.LogLevel.Critical } });
        compiled.Run(Model.Range(0, 2));
        var error = Assert.Throws<KernelException>(() => compiled.Run(Model.Range(3, 2)));
        Assert.EndsWith(
            "its inputs are not those of the compiled graph: expected (float32[s, 2], float32[s, 2]), given (float32[3, 2], float32[6, 2]); "
            + "an operator before it gives another shape than its fake says",
            error.Message, StringComparison.Ordinal);
    }

    private static CompiledGraph Compile(params OperatorDefinition[] chain)
    {
        var builder = new GraphBuilder();
        var value = builder.AddInput(Model.Input("x", S, 2));
        foreach (var definition in chain)
            value = Model.Add(builder, definition, value)[0];
        builder.AddOutput(new("out", value));
        return InSession.Compile(builder.Build());
    }

    private static void Fails(OperatorDefinition definition, string message)
    {
        using var compiled = Compile(definition);
        for (int i = 0; i < 2; i++)
        {
            var error = Assert.Throws<KernelException>(() => compiled.Run(Model.Range(3, 2)));
            Assert.Equal($"{definition.Name} at layers.3 (model.py:7): {message}", error.Message);
        }
    }
}
