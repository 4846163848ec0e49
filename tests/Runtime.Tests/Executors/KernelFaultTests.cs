namespace Evergraph.Runtime.Tests;

public sealed class KernelFaultTests
{
    private static readonly Symbol S = Model.Size("s");

    [Fact]
    public void MissingKernelsAreListedTogetherWhenTheGraphIsCompiled()
    {
        var error = Assert.Throws<MissingKernelException>(() => Compile(Bodiless.Definition, BodilessOther.Definition, Bodiless.Definition));
        Assert.Equal(
            "the reference backend has no kernel for 2 operators of the graph: test::bodiless at layers.3 (model.py:7), test::bodiless.other at layers.3 (model.py:7): "
            + "add a method with [Kernel(\"reference\")] to each operator's class, change the policy, or choose another backend",
            error.Message);
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
    public void AResultThatIsAnOperand()
    {
        Fails(
            Alias.Definition,
            "its kernel returned memory of an operand as result 0: expected memory of its own, given that of %0; return a tensor of Tensor.Empty, or a Clone of the operand");
        Assert.Throws<KernelException>(() => Compile(Negate.Definition, Alias.Definition, Negate.Definition).Run(Model.Range(3, 2)));
    }

    [Fact]
    public void TwoResultsInOneMemory() => Fails(
        Twins.Definition,
        "its kernel returned results 0 and 1 in the same memory: expected memory of its own for each; return a tensor of Tensor.Empty for each");

    [Fact]
    public void MoreElementsThanTheFakesBound()
    {
        var builder = new GraphBuilder();
        builder.AddOutput(new("out", Model.Add(builder, OverBound.Definition, builder.AddInput(Model.Input("x", S)))[0]));
        var error = Assert.Throws<KernelException>(() => Model.Compile(builder.Build()).Run(Model.Range(9)));
        Assert.Equal(
            "test::over_bound at layers.3 (model.py:7): its fake and its real disagree: result 0: expected float32[u0] with u0 in 0..4 at axis 0, given float32[5]",
            error.Message);
    }

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
        var compiled = Model.Compile(builder.Build());
        var error = Assert.Throws<KernelException>(() => compiled.Run(Model.Range(3, 2), Tensor.Zeros(DType.Int64, 4)));
        Assert.Equal($"test::throw at layers.3 (model.py:7): its kernel failed on (float32[3, 2], [int64[4], float32[3, 2]]): {text}", error.Message);
        Assert.Equal(cause, error.InnerException!.GetType());
        Assert.Equal("test::throw", error.Node.Operator.Name);
        Assert.Null(TensorAllocator.Current);
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
        var compiled = Compile(Negate.Definition, log.Definition, Negate.Definition);
        Assert.Throws<KernelException>(() => compiled.Run(Model.Range(3, 2)));
        fails = false;
        Assert.Equal([0f, 1, 2, 3, 4, 5], Model.Numbers(compiled.Run(Model.Range(3, 2))[0]));
    }

    private static CompiledGraph Compile(params OperatorDefinition[] chain)
    {
        var builder = new GraphBuilder();
        var value = builder.AddInput(Model.Input("x", S, 2));
        foreach (var definition in chain)
            value = Model.Add(builder, definition, value)[0];
        builder.AddOutput(new("out", value));
        return Model.Compile(builder.Build());
    }

    private static void Fails(OperatorDefinition definition, string message)
    {
        var compiled = Compile(definition);
        var error = Assert.Throws<KernelException>(() => compiled.Run(Model.Range(3, 2)));
        Assert.Equal($"{definition.Name} at layers.3 (model.py:7): {message}", error.Message);
    }
}
