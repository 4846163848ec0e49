namespace Evergraph.Runtime.Tests;

public sealed class CallBinderTests
{
    private static readonly Symbol S0 = new("s0", 2, 64);
    private static readonly Symbol S1 = new("s1", 0, 9);

    // x[s0, 4] gives s0; y[2*s0, s1] is derived and gives s1; n gives k; five must be 5.
    private static readonly CompiledGraph Graph = Model.Compile(
        [
            Model.Input("x", S0, 4),
            Model.Input("y", (Dim)S0 * 2, S1),
            Model.Number("n", new Symbol("k", 0, 7)),
            Model.Number("five", 5),
            Model.Input("z", S1),
        ],
        inputs => [Scale.Invoke(inputs[0], 2)]);

    [Fact]
    public void TakesWhatFits()
    {
        Assert.Equal([3L, 4], Call().Invoke()[0].Sizes.ToArray());
        Assert.Equal([64L, 4], Call(Model.Range(64, 4), Model.Range(128, 2)).Invoke()[0].Sizes.ToArray());
    }

    [Theory]
    [InlineData(1, 4, "input 0 (x): size 0: expected s0 in 2..64, given 1 (expected float32[s0, 4], given float32[1, 4])")]
    [InlineData(65, 4, "input 0 (x): size 0: expected s0 in 2..64, given 65 (expected float32[s0, 4], given float32[65, 4])")]
    [InlineData(3, 5, "input 0 (x): size 1: expected 4, given 5 (expected float32[s0, 4], given float32[3, 5])")]
    public void RefusesSizes(long rows, long columns, string message) => Refuses(message, x: Model.Range(rows, columns));

    [Fact]
    public void RefusesDerivedSizes() => Refuses(
        "input 1 (y): size 0: expected 2*s0 = 6 where s0 is size 0 of input 0 (x), given 5 (expected float32[2*s0, s1], given float32[5, 2])",
        y: Model.Range(5, 2));

    [Fact]
    public void RefusesRepeatedSymbolsWithAnotherValue() => Refuses(
        "input 4 (z): size 0: expected s1 = 2 where s1 is size 1 of input 1 (y), given 3 (expected float32[s1], given float32[3])",
        z: Model.Range(3));

    [Fact]
    public void RefusesRanks() => Refuses(
        "input 0 (x): expected rank 2, given rank 1 (expected float32[s0, 4], given float32[3])", x: Model.Range(3));

    [Fact]
    public void RefusesElementTypes() => Refuses(
        "input 0 (x): expected element type float32, given int32 (expected float32[s0, 4], given int32[3, 4])", x: Tensor.Zeros(DType.Int32, 3, 4));

    [Fact]
    public void RefusesNumbersOutOfRange() => Refuses("input 2 (n): expected the number k in 0..7, given 8", n: Tensor.Scalar(8L));

    [Fact]
    public void RefusesOtherConstants() => Refuses("input 3 (five): expected the number 5, given 6", five: Tensor.Scalar(6L));

    [Fact]
    public void RefusesAnotherNumberOfInputs()
    {
        var error = Assert.Throws<CallException>(() => Graph.Run(Model.Range(3, 4)));
        Assert.Equal("expected 5 inputs (x: float32[s0, 4], y: float32[2*s0, s1], n: int64[], five: int64[], z: float32[s1]), given 1", error.Message);
    }

    [Fact]
    public void RefusesNull()
    {
        var error = Assert.Throws<CallException>(() => Model.Compile([Model.Input("x", 4)], inputs => [Scale.Invoke(inputs[0], 2)]).Run([null!]));
        Assert.Equal("input 0 (x): expected float32[4], given null", error.Message);
    }

    [Fact]
    public void RefusesTracedTensors()
    {
        var compiled = Model.Compile([Model.Input("x", 4)], inputs => [Scale.Invoke(inputs[0], 2)]);
        var error = Assert.Throws<CallException>(() => Tracer.Trace([Model.Input("x", 4)], inputs => compiled.Run(inputs[0])));
        Assert.Equal("input 0 (x): expected numbers, float32[4], given a traced tensor: a compiled graph cannot be called while tracing", error.Message);
    }

    [Fact]
    public void SizesThatOverflowAreErrors()
    {
        var huge = new Symbol("h", 0, long.MaxValue);
        var compiled = Model.Compile([Model.Number("n", huge), Model.Input("x", (Dim)huge * huge)], inputs => [Scale.Invoke(inputs[1], 2)]);
        var error = Assert.Throws<CallException>(() => compiled.Run(Tensor.Scalar(long.MaxValue), Model.Range(3)));
        Assert.StartsWith("input 1 (x): size 0: expected h**2 where h is input 0 (n), which has no value at the given sizes: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindingAllocatesNothing()
    {
        var graph = Graph.Graph;
        var table = new SymbolTable(graph);
        var binder = new CallBinder(graph, table);
        var inputs = Inputs();
        long[] values = new long[table.Count];
        binder.Bind(inputs, values);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            binder.Bind(inputs, values);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal([3L, 2, 7], table.Symbols.Select((_, slot) => values[slot]));
    }

    private static Tensor[] Inputs(Tensor? x = null, Tensor? y = null, Tensor? n = null, Tensor? five = null, Tensor? z = null) =>
        [x ?? Model.Range(3, 4), y ?? Model.Range(6, 2), n ?? Tensor.Scalar(7L), five ?? Tensor.Scalar(5L), z ?? Model.Range(2)];

    private static Func<Tensor[]> Call(Tensor? x = null, Tensor? y = null, Tensor? n = null, Tensor? five = null, Tensor? z = null) =>
        () => Graph.Run(Inputs(x, y, n, five, z));

    private static void Refuses(string message, Tensor? x = null, Tensor? y = null, Tensor? n = null, Tensor? five = null, Tensor? z = null) =>
        Assert.Equal(message, Assert.Throws<CallException>(() => Call(x, y, n, five, z)()).Message);
}
