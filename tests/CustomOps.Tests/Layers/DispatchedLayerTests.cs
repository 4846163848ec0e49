using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Layers;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Layers;

/// <summary>Layers whose methods are bound to an operator in one line.</summary>
public sealed class DispatchedLayerTests
{
    private static readonly Tensor X = Numbers(3, 8);

    [Fact]
    public void RmsNormTakesWeightAndEpsFromTheLayer()
    {
        var (weight, residual) = (Numbers(8), Numbers(3, 8));
        var layer = new CustomOps.Layers.RmsNorm(weight, 0.5);
        Same(CustomOps.RmsNorm.Invoke(X, weight, 0.5), layer.Forward(X));
        var (normalized, sum) = RmsNormResidual.Invoke(X, weight, residual, 0.5);
        var given = layer.Forward(X, residual);
        Same(normalized, given.Normalized);
        Same(sum, given.Residual);
    }

    [Fact]
    public void SiluAndMulNeedsNothingOfTheLayer() => Same(CustomOps.SiluAndMul.Invoke(X), new CustomOps.Layers.SiluAndMul().Forward(X));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RotaryEmbeddingTakesItsTablesAndItsLayoutFromTheLayer(bool interleaved)
    {
        var layer = CustomOps.Layers.RotaryEmbedding.Create(headSize: 4, positions: 5, theta: 100, interleaved);
        Tensor q = Numbers(3, 2, 4), k = Numbers(3, 1, 4), positions = Tensor.Zeros(DType.Int64, 3);
        positions.Span<long>()[2] = 4;
        var expected = CustomOps.RotaryEmbedding.Invoke(q, k, layer.Cos.Data, layer.Sin.Data, positions, interleaved);
        var given = layer.Forward(q, k, positions);
        Same(expected.Item1, given.Q);
        Same(expected.Item2, given.K);
        Same(CustomOps.RotaryEmbedding.Invoke(q, k, layer.Cos.Data, layer.Sin.Data, null, interleaved).Item1, layer.Forward(q, k).Q);

        // Position 4, pair 1: 4 · 100^(−2/4) = 0.4.
        Assert.Equal((float)Math.Cos(0.4), layer.Cos.Data.ReadOnlySpan<float>()[9]);
        Assert.Equal((float)Math.Sin(0.4), layer.Sin.Data.ReadOnlySpan<float>()[9]);
    }

    [Fact]
    public void AnOddHeadIsRefused() => Assert.Equal(
        "rotary embedding turns pairs of features: expected an even head size, given 5",
        Assert.Throws<EvergraphException>(() => CustomOps.Layers.RotaryEmbedding.Create(5, 1)).Message);

    [Fact]
    public void ATraceRecordsOneNodeAtTheLayersPath()
    {
        var layer = new CustomOps.Layers.RmsNorm(Numbers(8), 0.5);
        var graph = Tracer.Trace([new("x", new(DType.Float32, [new Symbol("s", 0, 100), 8]))], inputs => [new Parent(layer).Forward(inputs[0])]);
        var node = Assert.Single(graph.Nodes);
        Assert.Equal("evergraph::rms_norm", node.Operator.Name);
        Assert.Equal("norm", node.Source.Module);
        Assert.Equal("RmsNorm.cs", node.Source.File);
        Assert.Equal("norm.weight", Assert.Single(graph.Parameters).Name);
        Assert.Equal(new FloatArgument(0.5), node.Arguments[2]);
    }

    [Fact]
    public void TheResolvedFunctionReceivesTheLayer()
    {
        var layers = new List<object?>();
        KernelFunction plain = (arguments, results) => results[0] = CustomOps.RmsNorm.Real(arguments[0].Tensor, arguments[1].Tensor, arguments[2].Float);
        Dispatcher.Default.Register(new Implementation
        {
            Operator = "evergraph::rms_norm",
            Id = "test.bound",
            Kind = ImplementationKind.Vendor,
            Vendor = "test",
            Function = plain,
            LayerFunction = (layer, arguments, results) =>
            {
                layers.Add(layer);
                plain(arguments, results);
            },
        });
        var norm = new CustomOps.Layers.RmsNorm(Numbers(8), 0.5);
        using (DispatchPolicy.Use(new() { PerOperator = new() { ["rms_norm"] = "impl:test.bound" } }))
        {
            Same(CustomOps.RmsNorm.Real(X, norm.Weight.Data, 0.5), norm.Forward(X));
            Same(CustomOps.RmsNorm.Real(X, norm.Weight.Data, 0.5), CustomOps.RmsNorm.Invoke(X, norm.Weight.Data, 0.5));
        }

        norm.Forward(X);
        Assert.Equal([norm], layers);
    }

    [Fact]
    public void AWrongShapeIsRefusedBeforeAnythingRuns() =>
        Assert.Throws<ShapeException>(() => new CustomOps.Layers.RmsNorm(Numbers(7), 0.5).Forward(X));

    private static Tensor Numbers(params long[] sizes)
    {
        var random = new Random(7);
        var tensor = Tensor.Empty(DType.Float32, sizes);
        foreach (ref float number in tensor.Span<float>())
            number = (float)((random.NextDouble() * 2) - 1);
        return tensor;
    }

    private static void Same(Tensor expected, Tensor given) => Assert.True(expected.ReadOnlyBytes().SequenceEqual(given.ReadOnlyBytes()));

    private sealed class Parent : Module
    {
        private readonly CustomOps.Layers.RmsNorm _norm;

        public Parent(CustomOps.Layers.RmsNorm norm) => _norm = Add("norm", norm);

        public Tensor Forward(Tensor x)
        {
            using var scope = Enter();
            return _norm.Forward(x);
        }
    }
}
