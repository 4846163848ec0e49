using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Dispatch;

/// <summary>Calls from model code, plain and of a layer's method: the element types of all their tensors decide.</summary>
public sealed class EagerCallTests
{
    private static readonly object Layer = new();
    private static readonly KernelFunction Zeros = (_, results) => results[0] = Tensor.Zeros(DType.Int8, 1);
    private static readonly KernelFunction Ones = (_, results) => results[0] = Tensor.From<sbyte>([1], 1);

    private static readonly OperatorDefinition Definition = new(
        OperatorSchema.Parse("test::eager(Tensor x, Tensor?[] others) -> Tensor"), OperatorTraits.Pure, _ => [new(DType.Int8, [1])], [new(Backend.Reference, Zeros)]);

    static EagerCallTests() => Dispatcher.Default.Register(new Implementation
    {
        Operator = Definition.Name,
        Id = "fast",
        Kind = ImplementationKind.Default,
        Function = Ones,
        DTypes = DTypeSet.Of(DType.Float32),
    });

    [Theory]
    [InlineData(DType.Float32, DType.Float32, 1)]
    [InlineData(DType.Float32, DType.Float64, 0)]
    [InlineData(DType.Float64, DType.Float32, 0)]
    public void EveryTensorsTypeCounts(DType x, DType other, int expected)
    {
        Assert.Equal(expected, Call(x, other, site: null));
        Assert.Equal(expected, Call(x, other, new(Definition)));
    }

    [Fact]
    public void EveryOperandsTypeCountsInAGraph()
    {
        var graph = Tracer.Trace([new("x", new(DType.Float32, [1])), new("y", new(DType.Float64, [1]))], inputs =>
        {
            var call = new Invocation(2);
            call.Add(inputs[0]);
            call.Add([inputs[1]]);
            return call.Run(Definition, "", 0);
        });
        Assert.Equal(DTypeSet.Of(DType.Float32, DType.Float64), graph.DTypesOf(graph.Nodes[0]));
    }

    [Fact]
    public void WhatChoosesIsInstalledOnce()
    {
        KernelSite.Install(_ => throw new InvalidOperationException("another"));
        var calls = new Calls("test::eager_again");
        var call = new Invocation(1);
        call.Add(Tensor.Zeros(DType.Float32, 1));
        call.Run(calls.Definition, "", 0);
        Assert.Equal("reference", calls.Ran);
    }

    private static int Call(DType x, DType other, DispatchSite? site)
    {
        var call = new Invocation(2);
        call.Add(Tensor.Zeros(x, 1));
        call.Add([null, Tensor.Zeros(other, 1)]);
        return (site is null ? call.Run(Definition, "", 0) : call.Run(site, Layer, "", 0))[0].ReadOnlySpan<sbyte>()[0];
    }
}
