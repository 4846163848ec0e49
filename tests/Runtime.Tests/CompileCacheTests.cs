using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Layers;
using Evergraph.Graph;
using Evergraph.Passes;

namespace Evergraph.Runtime.Tests;

public sealed class CompileCacheTests
{
    private static readonly Symbol S = Model.Size("s");

    private readonly Dispatcher _dispatcher = new();
    private readonly CompileCache _cache = new();
    private readonly Tensor _weight = Model.Range(2);

    [Fact]
    public void TheSameModelIsCompiledOnce()
    {
        var first = Compile(_weight);
        Assert.Same(first, Compile(_weight));
        Assert.Equal(1, _cache.Count);
        Assert.Equal([0f, 2], Model.Numbers(first.Run(Model.Range(3))[0]));
    }

    [Fact]
    public void AnythingItDependsOnMakesAnother()
    {
        var graphs = new HashSet<CompiledGraph> { Compile(_weight) };
        Assert.True(graphs.Add(Compile(Model.Range(2))));
        Assert.True(graphs.Add(Compile(_weight, factor: 3)));
        Assert.True(graphs.Add(Compile(_weight, ranks: 2)));
        Assert.False(graphs.Add(Compile(_weight)));
        Assert.Equal(4, _cache.Count);

        _cache.Clear();
        Assert.True(graphs.Add(Compile(_weight)));
    }

    [Fact]
    public void EveryOptionIsPartOfTheKey()
    {
        var options = new CompileOptions { Dispatcher = _dispatcher, Cache = _cache };
        var graphs = new HashSet<CompiledGraph> { Compile(options) };
        Assert.False(graphs.Add(Compile(options with { Cache = _cache })));
        Assert.True(graphs.Add(Compile(options with { Plan = TensorParallelPlan.Parse("row nothing") })));
        Assert.True(graphs.Add(Compile(options with { FlashComm = new(4, Enabled: true) })));
        Assert.True(graphs.Add(Compile(options with { Quantization = new(ActivationQuantization.Dynamic) })));
        Assert.False(graphs.Add(Compile(options with { Quantization = new(ActivationQuantization.Dynamic) })));
        Assert.True(graphs.Add(Compile(options with { Quantization = new(ActivationQuantization.Static) })));
        Assert.True(graphs.Add(Compile(options with { Passes = [] })));
        Assert.True(graphs.Add(Compile(options with { Operators = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly) })));
        Assert.False(graphs.Add(Compile(options with { Backend = Backends.Choose(null).Backend.Name })));
        Assert.NotEqual(Backend.Reference, Backends.Choose(null).Backend.Name);
        Assert.True(graphs.Add(Compile(options with { Backend = Backend.Reference })));
        Assert.Contains("nowhere", Assert.Throws<EvergraphException>(() => Compile(options with { Backend = "nowhere" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGraphRunsByTheDispatcherThatItWasAskedFor()
    {
        var other = new Dispatcher();
        var options = new CompileOptions { Passes = [], Cache = _cache, Dispatcher = _dispatcher };
        Compile(options);
        var compiled = Compile(options with { Dispatcher = other });
        other.Register(new Implementation
        {
            Operator = "test::scale",
            Id = "ones",
            Kind = ImplementationKind.Default,
            Function = (_, results) => results[0] = Tensor.From([1f, 1f], 2),
        });
        Assert.Equal([1f, 1], Model.Numbers(compiled.Run(Model.Range(3))[0]));
    }

    [Fact]
    public void WhoAsksWhileItIsCompiledWaitsForIt()
    {
        var pass = new TwicePass();
        CompiledGraph? second = null;
        var options = new CompileOptions { Passes = [pass], Cache = _cache, Dispatcher = _dispatcher };
        var other = new Thread(() => second = Compile(options));
        pass.Meanwhile = () =>
        {
            other.Start();
            SpinWait.SpinUntil(() => !other.IsAlive || (other.ThreadState & ThreadState.WaitSleepJoin) != 0);
        };
        var first = Compile(options);
        other.Join();
        Assert.Same(first, second);
        Assert.Equal(1, pass.Runs);
    }

    [Fact]
    public void TheChoicesOfDispatchArePartOfTheKey()
    {
        var first = Compile(_weight);
        _dispatcher.Register(new Implementation { Operator = "test::scale", Id = "fast", Kind = ImplementationKind.Default, Function = (_, _) => { } });
        var second = Compile(_weight);
        Assert.NotSame(first, second);
        using (_dispatcher.Freeze(new OperatorRegistry().Register(Scale.Definition)))
            Assert.Same(second, Compile(_weight));
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Reference });
        Assert.NotSame(second, Compile(_weight));
        _dispatcher.SetPolicy(null);

        // A pass may bring it in, and compute it.
        _dispatcher.Register(new Implementation { Operator = "aten::linear", Id = "fast", Kind = ImplementationKind.Default, Function = (_, _) => { } });
        Assert.NotSame(second, Compile(_weight));
    }

    [Fact]
    public void WhatFailedIsTriedAgain()
    {
        _dispatcher.SetPolicy(new() { PerOperator = new() { ["test::scale"] = "default" } });
        Assert.Throws<MissingKernelException>(() => Compile(_weight));
        Assert.Equal(0, _cache.Count);
        _dispatcher.SetPolicy(null);
        Assert.NotNull(Compile(_weight));
    }

    private CompiledGraph Compile(CompileOptions options) => GraphCompiler.Compile([Model.Input("x", S)], _ => [Scale.Invoke(_weight, 2)], options);

    private CompiledGraph Compile(Tensor weight, double factor = 2, int ranks = 1) => GraphCompiler.Compile(
        [Model.Input("x", S)], _ => [Scale.Invoke(weight, factor)], new() { Passes = [], Dispatcher = _dispatcher, Cache = _cache, TensorParallel = ranks });

    /// <summary>Changes nothing; has something done while it first runs.</summary>
    private sealed class TwicePass : IPass
    {
        private int _runs;

        public string Name => "twice";

        public int Runs => _runs;

        public Action? Meanwhile { get; set; }

        public PassResult Run(TensorGraph graph, PassContext context)
        {
            if (Interlocked.Increment(ref _runs) == 1)
                Meanwhile?.Invoke();
            return PassResult.Unchanged(graph);
        }
    }
}
