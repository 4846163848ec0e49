using Evergraph.Passes;

namespace Evergraph.Runtime.Tests;

public sealed class GraphCompilerTests
{
    private static readonly Symbol S = Model.Size("s");

    [Fact]
    public void TracesRunsThePassesAndKeepsTheirTrace()
    {
        var compiled = GraphCompiler.Compile([Model.Input("x", S)], inputs =>
        {
            Negate.Invoke(inputs[0]);
            return [Scale.Invoke(inputs[0], 2)];
        });
        Assert.Single(compiled.Graph.Nodes);
        Assert.Contains(compiled.Passes, pass => pass.Changed);
        Assert.Equal(PassPipelines.Default().Passes.Select(pass => pass.Name), compiled.Passes.Select(pass => pass.Pass));
        Assert.Equal([0f, 2, 4], Model.Numbers(compiled.Run(Model.Range(3))[0]));
    }

    [Fact]
    public void PassesCanBeLeftOut()
    {
        var compiled = Model.Compile([Model.Input("x", S)], inputs =>
        {
            Negate.Invoke(inputs[0]);
            return [Scale.Invoke(inputs[0], 2)];
        });
        Assert.Equal(2, compiled.Graph.Nodes.Length);
        Assert.Empty(compiled.Passes);
    }

    [Fact]
    public void RefusesAGraphThatDoesNotVerify()
    {
        var node = new Node(Negate.Definition, [new TensorArgument(new(5))], [new(DType.Float32, [2])], NodeSource.None);
        var graph = new TensorGraph([Model.Input("x", 2)], [], [node], [], []);
        Assert.Throws<InvalidGraphException>(() => GraphCompiler.Compile(graph));
    }

    [Fact]
    public void RefusesAnUnknownBackend()
    {
        var error = Assert.Throws<EvergraphException>(() => GraphCompiler.Compile([Model.Input("x", S)], inputs => [inputs[0]], new() { Backend = "abacus" }));
        Assert.StartsWith("no backend is named abacus: expected one of ", error.Message, StringComparison.Ordinal);
        Assert.Contains("reference", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesNoRanks()
    {
        var error = Assert.Throws<EvergraphException>(() => GraphCompiler.Compile([Model.Input("x", S)], inputs => [inputs[0]], new() { TensorParallel = 0 }));
        Assert.Equal("CompileOptions.TensorParallel is a number of ranks: expected at least 1, given 0", error.Message);
    }

    [Fact]
    public void ABackendCanBeRegisteredOnceUnderItsName()
    {
        var backend = new OtherBackend();
        Backends.Register(backend);
        Backends.Register(backend);
        Assert.Same(backend, Backends.Find("other"));
        var error = Assert.Throws<EvergraphException>(() => Backends.Register(new OtherBackend()));
        Assert.Equal("backend other is registered already: give one of the two another name", error.Message);
        var compiled = GraphCompiler.Compile([Model.Input("x", S)], inputs => [inputs[0]], new() { Backend = "other" });
        Assert.Equal([4f, 2], Model.Numbers(compiled.Run(Model.Range(4))[0]));
    }

    [Fact]
    public void ABackendBeginsBeforeThePassesAndIsAskedAfterThemWhetherItCanBeUsed()
    {
        var events = new List<string>();
        Backends.Register(new BrokenBackend(events));
        var options = new CompileOptions { Backend = "broken", Passes = [new RecordingPass(events)] };
        var error = Assert.Throws<EvergraphException>(() => GraphCompiler.Compile([Model.Input("x", S)], inputs => [inputs[0]], options));
        Assert.Equal("backend broken cannot be used here: it is broken", error.Message);
        Assert.Equal(["begin", "pass", "asked"], events);
    }

    private sealed class BrokenBackend(List<string> events) : IBackend
    {
        public string Name => "broken";

        public string? Unavailable()
        {
            events.Add("asked");
            return "it is broken";
        }

        public void Begin(CompileOptions options) => events.Add("begin");

        public IExecutable Load(TensorGraph graph, LoadContext context) => throw new InvalidOperationException("it was not to be loaded");
    }

    private sealed class RecordingPass(List<string> events) : IPass
    {
        public string Name => "recording";

        public PassResult Run(TensorGraph graph, PassContext context)
        {
            events.Add("pass");
            return PassResult.Unchanged(graph);
        }
    }

    /// <summary>Answers every call with the number of its first input's elements and 2.</summary>
    private sealed class OtherBackend : IBackend, IExecutable
    {
        public string Name => "other";

        public IExecutable Load(TensorGraph graph, LoadContext context) => this;

        public Tensor[] Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, IProcessGroup? group) => [Tensor.From([symbols[0], 2f], 2)];
    }
}
