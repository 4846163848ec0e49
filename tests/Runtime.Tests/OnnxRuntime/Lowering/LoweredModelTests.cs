using Evergraph.CustomOps.Checking;
using System.Runtime.CompilerServices;
using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Layers;
using Evergraph.Graph.Import.TorchExport;
using Evergraph.Runtime.OnnxRuntime;
using Evergraph.Runtime.OnnxRuntime.Lowering;

namespace Evergraph.Runtime.Tests.OnnxRuntime.Lowering;

/// <summary>Small models of the usual kinds: every node is lowered, and what ONNX Runtime's optimizations make of them is still right.</summary>
public class LoweredModelTests
{
    private const int Width = 16, Heads = 4, Words = 50;
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 12)]
    public void A_text_encoder(int batch, int tokens)
    {
        Symbol b = new("b", 1, 64), n = new("n", 1, 64);
        var random = new Random(1);
        var weights = new Weights(random);
        var graph = Tracer.Trace(
            [new("ids", new(DType.Int64, [b, n])), new("mask", new(DType.Int64, [b, n]))],
            inputs =>
            {
                var visible = NeScalar.Invoke(Unsqueeze.Invoke(Unsqueeze.Invoke(inputs[1], 1), 1), 0);
                var x = AddTensor.Invoke(CustomOps.Aten.Embedding.Invoke(weights["words", Words, Width], inputs[0]), SliceTensor.Invoke(weights["places", 64, Width], 0, 0, (Dim)n));
                x = weights.Norm("first", x);
                x = weights.Layer("layer", x, visible, b, n);
                var pooled = Tanh.Invoke(weights.Linear("pooler", SelectInt.Invoke(x, 1, 0), Width));
                return [x, pooled];
            });
        var ids = Tensor.Empty(DType.Int64, batch, tokens);
        var mask = Tensor.Empty(DType.Int64, batch, tokens);
        for (int i = 0; i < ids.Elements; i++)
            (ids.Span<long>()[i], mask.Span<long>()[i]) = (random.Next(Words), i % tokens <= i / tokens * 5 ? 1 : 0);

        AssertLoweredAndRight(graph, [ids, mask]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_vision_transformer(int batch)
    {
        Symbol b = new("b", 1, 64);
        var weights = new Weights(new(2));
        var graph = Tracer.Trace([new("pixels", new(DType.Float32, [b, 3, 16, 16]))], inputs =>
        {
            var patches = Conv2d.Invoke(inputs[0], weights["patch.w", Width, 3, 4, 4], weights["patch.b", Width], [4, 4]);
            var x = TransposeInt.Invoke(FlattenUsingInts.Invoke(patches, 2, -1), 1, 2);
            x = AddTensor.Invoke(Cat.Invoke([Expand.Invoke(weights["class", 1, 1, Width], [b, -1, -1]), x], 1), weights["places", 1, 17, Width]);
            x = weights.Layer("layer", x, null, b, 17);
            return [Softmax(weights.Linear("head", SelectInt.Invoke(weights.Norm("last", x), 1, 0), 10))];
        });

        AssertLoweredAndRight(graph, [weights.Draw(batch, 3, 16, 16)]);
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(2, 37)]
    public void A_convolutional_network(int batch, int size)
    {
        Symbol b = new("b", 1, 64), s = new("s", 8, 256);
        var weights = new Weights(new(3));
        var graph = Tracer.Trace([new("pixels", new(DType.Float32, [b, 3, s, s]))], inputs =>
        {
            var x = Relu.Invoke(weights.Normalized("stem", inputs[0], 3, 8, 2));
            x = MaxPool2d.Invoke(x, [3, 3], [2, 2], [1, 1], [1, 1], true);
            var y = Relu.Invoke(weights.Normalized("a", x, 8, 8, 1));
            x = Relu.Invoke(AddTensor.Invoke(weights.Normalized("b", y, 8, 8, 1), x));
            x = Silu.Invoke(weights.Normalized("c", x, 8, 16, 2));
            x = FlattenUsingInts.Invoke(AdaptiveAvgPool2d.Invoke(x, [1, 1]), 1);
            return [weights.Linear("head", x, 10)];
        });

        AssertLoweredAndRight(graph, [weights.Draw(batch, 3, size, size)]);
    }

    [Theory]
    [InlineData("qwen3")]
    [InlineData("qwen3.core")]
    [InlineData("qwen3_batch")]
    public void A_decoder_is_right_and_lowered_without_passes(string model)
    {
        var graph = TorchExportImporter.Import(Fixture($"{model}.pt2"), Registry).Graph;
        foreach (int tokens in (int[])[2, 7, 16])
        {
            var ids = Tensor.Empty(DType.Int64, model.EndsWith("batch", StringComparison.Ordinal) ? 2 : 1, tokens);
            for (int i = 0; i < ids.Elements; i++)
                ids.Span<long>()[i] = ((i * 37) + 11) % 200;
            AssertLoweredAndRight(graph, [ids]);
        }
    }

    private static Tensor Softmax(Tensor x) => SoftmaxInt.Invoke(x, -1);

    private static void AssertLoweredAndRight(TensorGraph graph, Tensor[] inputs)
    {
        if (new OnnxRuntimeBackend().Unavailable() is { } reason)
            Assert.Skip(reason);
        var lowered = GraphLowering.Lower(graph, [.. graph.Parameters.Select(parameter => (Tensor?)parameter.Data)], LoweringTable.Default, LoweredSample.Plain);
        Assert.Empty(lowered.Nodes.Where(node => node.IsCustom).Select(node => $"{node.Node}: {node.Reason}"));

        var expected = GraphCompiler.Compile(graph, new() { Passes = [] }).Run(inputs);
        var given = GraphCompiler.Compile(graph, new() { Backend = OnnxRuntimeBackend.BackendName, Dispatcher = LoweredSample.Plain, Passes = [] }).Run(inputs);
        for (int i = 0; i < expected.Length; i++)
            Assert.Null(Agreement.Difference(given[i], expected[i]));
    }

    private static string Fixture(string name, [CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "fixtures", name);

    /// <summary>Random parameters by name, and the layers that models are made of.</summary>
    private sealed class Weights(Random random)
    {
        private readonly Dictionary<string, Parameter> _parameters = [];

        public Tensor this[string name, params long[] sizes]
        {
            get
            {
                if (!_parameters.TryGetValue(name, out var parameter))
                    _parameters.Add(name, parameter = new(name, Draw(sizes)));
                return parameter.Value;
            }
        }

        public Tensor Draw(params long[] sizes)
        {
            var tensor = Tensor.Empty(DType.Float32, sizes);
            foreach (ref float number in tensor.Span<float>())
                number = (float)((random.NextDouble() * 0.8) - 0.3);
            return tensor;
        }

        public Tensor Linear(string name, Tensor x, long outputs) =>
            CustomOps.Aten.Linear.Invoke(x, this[$"{name}.w", outputs, x.Type.Shape[^1].Value], this[$"{name}.b", outputs]);

        public Tensor Norm(string name, Tensor x) => LayerNorm.Invoke(x, [Width], this[$"{name}.w", Width], this[$"{name}.b", Width]);

        public Tensor Layer(string name, Tensor x, Tensor? visible, Dim batch, Dim tokens)
        {
            Tensor Head(string part) => TransposeInt.Invoke(View.Invoke(Linear($"{name}.{part}", x, Width), [batch, tokens, Heads, Width / Heads]), 1, 2);
            var attended = ScaledDotProductAttention.Invoke(Head("q"), Head("k"), Head("v"), visible);
            var joined = Reshape.Invoke(TransposeInt.Invoke(attended, 1, 2), [batch, tokens, Width]);
            x = Norm($"{name}.n1", AddTensor.Invoke(x, Linear($"{name}.o", joined, Width)));
            return Norm($"{name}.n2", AddTensor.Invoke(x, Linear($"{name}.down", Gelu.Invoke(Linear($"{name}.up", x, 2 * Width)), Width)));
        }

        public Tensor Normalized(string name, Tensor x, long inputs, long outputs, long stride)
        {
            var y = Conv2d.Invoke(x, this[$"{name}.w", outputs, inputs, 3, 3], null, [stride, stride], [1, 1]);
            var variance = this[$"{name}.variance", outputs];
            return BatchNorm.Invoke(y, this[$"{name}.scale", outputs], this[$"{name}.shift", outputs], this[$"{name}.mean", outputs], Exp.Invoke(variance), false, 0.1, 1e-5, true);
        }
    }
}
