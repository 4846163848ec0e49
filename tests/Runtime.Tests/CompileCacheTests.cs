using Evergraph.CustomOps.Dispatch;

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

    private CompiledGraph Compile(Tensor weight, double factor = 2, int ranks = 1) => GraphCompiler.Compile(
        [Model.Input("x", S)], _ => [Scale.Invoke(weight, factor)], new() { Passes = [], Dispatcher = _dispatcher, Cache = _cache, TensorParallel = ranks });
}
