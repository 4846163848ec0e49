using Evergraph.CustomOps.Dispatch;

namespace Evergraph.Runtime.Tests;

/// <summary>Compiled graphs reach every kernel through dispatch.</summary>
public sealed class DispatchTests
{
    private static readonly Symbol S = Model.Size("s");

    private readonly Dispatcher _dispatcher = new();
    private int _failures;

    public DispatchTests() => _dispatcher.Register(
        Make("tripled", ImplementationKind.Default, null, 3),
        Make("ascend.scale", ImplementationKind.Vendor, "ascend", 5) with { DTypes = DTypeSet.Of(DType.Float32) });

    [Fact]
    public void ARunFollowsThePolicyInForce()
    {
        var compiled = Compile();
        Assert.Equal(30, Run(compiled));
        using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Reference }))
            Assert.Equal(20, Run(compiled));
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor });
        Assert.Equal(50, Run(compiled));
        Assert.Equal(1, compiled.Statistics.Compilations);
    }

    [Fact]
    public void RanksRunUnderTheScopeOfTheCaller()
    {
        var compiled = Compile(ranks: 3);
        using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Vendor }))
            Assert.All(compiled.RunOnRanks([Model.Range(11)]), results => Assert.Equal(50, Model.Numbers(results[0])[10]));
    }

    [Fact]
    public void AFailedImplementationIsReplacedInsideTheGraph()
    {
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor });
        var compiled = Compile();
        _failures = 1;
        Assert.Equal(30, Run(compiled));
        Assert.Equal(30, Run(compiled));
        _dispatcher.ClearFailures();
        Assert.Equal(50, Run(compiled));
    }

    [Fact]
    public void AStrictFailureNamesTheNode()
    {
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor, Strict = true });
        var compiled = Compile();
        _failures = 1;
        var error = Assert.Throws<KernelException>(() => Run(compiled));
        Assert.Contains("its kernel failed on (float32[11]): status 2", error.Message, StringComparison.Ordinal);
        Assert.IsType<DeviceException>(error.InnerException);
    }

    [Fact]
    public void ANodeThatNothingMayRunIsToldWhenTheGraphIsCompiled()
    {
        _dispatcher.SetPolicy(new() { PerOperator = new() { ["test::scale"] = "vendor:ascend" }, DenyVendors = ["ascend"] });
        var error = Assert.Throws<MissingKernelException>(() => Compile());
        Assert.StartsWith("the reference backend has no kernel for 1 operator of the graph: test::scale", error.Message, StringComparison.Ordinal);
        Assert.Contains("(ascend.scale: deny_vendors names ascend (Dispatcher.SetPolicy); reference: not in the order [vendor:ascend] of per_op test::scale", error.Message, StringComparison.Ordinal);
        Assert.Equal([Scale.Definition], error.Operators);
    }

    [Fact]
    public void PassesComputeConstantsThroughDispatch()
    {
        var constant = Model.Range(2);
        var compiled = GraphCompiler.Compile([Model.Input("x", S)], _ => [Scale.Invoke(constant, 2)], new() { Backend = Model.Managed, Dispatcher = _dispatcher });
        Assert.Empty(compiled.Graph.Nodes);
        Assert.Equal([0f, 3], Model.Numbers(compiled.Run(Model.Range(1))[0]));
    }

    [Fact]
    public void TheElementTypesOfOperandsDecideInRunsAndInPasses()
    {
        _dispatcher.Register(Make("half", ImplementationKind.Default, null, 7) with { DTypes = DTypeSet.Of(DType.Float16), Priority = 999 });
        Assert.Equal(30, Run(Compile()));
        var constant = Model.Range(2);
        var compiled = GraphCompiler.Compile([Model.Input("x", S)], _ => [Scale.Invoke(constant, 2)], new() { Backend = Model.Managed, Dispatcher = _dispatcher });
        Assert.Equal([0f, 3], Model.Numbers(compiled.Run(Model.Range(1))[0]));
    }

    private static float Run(CompiledGraph compiled) => Model.Numbers(compiled.Run(Model.Range(11))[0])[10];

    private CompiledGraph Compile(int ranks = 1) => GraphCompiler.Compile(
        [Model.Input("x", S)], inputs => [Scale.Invoke(inputs[0], 2)], new() { Backend = Model.Managed, Passes = [], Dispatcher = _dispatcher, TensorParallel = ranks });

    /// <summary>Scales by a factor of its own, so that results tell which one ran.</summary>
    private Implementation Make(string id, ImplementationKind kind, string? vendor, float factor) => new()
    {
        Operator = "test::scale",
        Id = id,
        Kind = kind,
        Vendor = vendor,
        Function = (arguments, results) =>
        {
            var y = Tensor.Empty(DType.Float32, arguments[0].Tensor.Sizes);
            if (vendor is not null && Interlocked.Decrement(ref _failures) >= 0)
                throw new DeviceException("status 2");
            for (int i = 0; i < y.Elements; i++)
                y.Span<float>()[i] = factor * arguments[0].Tensor.ReadOnlySpan<float>()[i];
            results[0] = y;
        },
    };
}
