using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Graph.Text;
using Microsoft.Extensions.Logging;

namespace Evergraph.Passes.Tests;

public class QuantizeLinearsTests
{
    private static readonly QuantizationOptions Dynamic = new(ActivationQuantization.Dynamic);

    [Fact]
    public void Weights_are_symmetric_with_a_scale_for_each_channel()
    {
        var graph = Linear(Tensor.From([2.54f, -1f, 0.01f, 0, 0, 0, -0.5f, 0.25f, 1 / 512f], 3, 3));

        var after = new QuantizeLinears(Dynamic).Run(graph, PassesByName.Context).Graph;

        // −1 / 0.02 = −50; 0.01 / 0.02 and 0.25 · 254 are ties, to even: 0 and 64 (of 63.5).
        Assert.Equal(["fc.weight.int8", "fc.weight.scale"], after.Parameters.Select(parameter => parameter.Name));
        Assert.Equal([127, -50, 0, 0, 0, 0, -127, 64, 0], after.Parameters[0].Data.ReadOnlySpan<sbyte>().ToArray());
        Assert.Equal([2.54f / 127, 1.1754944e-38f, 0.5f / 127], after.Parameters[1].Data.ReadOnlySpan<float>().ToArray());
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Every_weight_comes_back_to_within_half_a_step(DType dtype)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            int channels = random.Next(0, 5), width = random.Next(1, 40);
            double size = Math.Pow(10, dtype is DType.Float16 ? random.Next(-4, 4) : random.Next(-44, 38));
            var weight = Casts.To(Tensor.From(Enumerable.Range(0, channels * width).Select(_ => (random.NextDouble() - 0.5) * size).ToArray(), channels, width), dtype);

            var after = new QuantizeLinears(Dynamic).Run(Linear(weight), PassesByName.Context).Graph;

            var numbers = Casts.To(weight, DType.Float64).ReadOnlySpan<double>();
            var quantized = after.Parameters[0].Data.ReadOnlySpan<sbyte>();
            var scales = after.Parameters[1].Data.ReadOnlySpan<float>();
            for (int i = 0; i < numbers.Length; i++)
            {
                Assert.InRange(quantized[i], -127, 127);
                Assert.True(Math.Abs((quantized[i] * (double)scales[i / width]) - numbers[i]) <= 0.50001 * scales[i / width], $"seed {seed}: {numbers[i]:R} is {quantized[i]} of {scales[i / width]:R}");
            }
        }
    }

    [Theory]
    [InlineData(float.NaN, "nan")]
    [InlineData(float.PositiveInfinity, "inf")]
    [InlineData(float.NegativeInfinity, "-inf")]
    public void A_weight_that_is_not_finite_is_an_error_that_names_the_parameter(float number, string text)
    {
        var graph = Linear(Tensor.From([1f, 2, 3, 4, 5, number], 2, 3));

        var error = Assert.Throws<PassException>(() => PassPipelines.Default(quantization: Dynamic).Run(graph, PassesByName.Context));

        Assert.Equal(
            $"pass quantize-linears broke the graph: parameter fc.weight cannot be quantised: element [1, 2]: expected a finite float32, given {text}; repair the weight, or exclude the layer from quantisation",
            error.Message);
        var spared = Dynamic with { Layers = new(("fc", false)) };
        Assert.False(new QuantizeLinears(spared).Run(graph, PassesByName.Context).Changed);
    }

    [Fact]
    public void A_float64_weight_beyond_float32_is_not_finite_either() => Assert.Contains(
        "element [0, 1]: expected a finite float32, given -1E+60;",
        Assert.Throws<EvergraphException>(() => new QuantizeLinears(Dynamic).Run(Linear(Tensor.From([1, -1e60, 3], 1, 3)), PassesByName.Context)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_log_says_why_a_layer_is_left_alone_or_quantised_otherwise()
    {
        var graph = GraphParser.Parse(
            """
            symbol s0 = 0..
            input %0 "x": float32[s0, 4]
            input %1 "one": float32[4]
            input %2 "w": float32[4, 4]
            input %3 "ids": int32[s0, 4]
            input %4 "rows": float32[s0, 131072]
            parameter %5 "up.weight": float32[4, 4]
            parameter %6 "lm_head.weight": float32[4, 4]
            parameter %7 "int.weight": int32[4, 4]
            parameter %8 "wide.weight": float32[2, 131072]
            parameter %9 "state": float32[4, 4]
            parameter %10 "row.weight": float32[4, 4] shard(1, 2)
            %11 = aten::linear(input=%0, weight=%5) : float32[s0, 4] @ "up" "m.py":1
            %12 = aten::linear(input=%1, weight=%5) : float32[4] @ "one" "m.py":2
            %13 = aten::linear(input=%0, weight=%2) : float32[s0, 4] @ "computed" "m.py":3
            %14 = aten::linear(input=%3, weight=%7) : int32[s0, 4] @ "int" "m.py":4
            %15 = aten::linear(input=%4, weight=%8) : float32[s0, 2] @ "wide" "m.py":5
            %16 = aten::linear(input=%0, weight=%9) : float32[s0, 4] @ "state" "m.py":6
            %17 = aten::linear(input=%0, weight=%6) : float32[s0, 4] @ "head" "m.py":7
            %18 = evergraph::row_linear_maybe_flashcomm_fp(x=%0, weight=%10, bias=none, tp_size=2) : float32[(s0 + 1) // 2, 4] @ "row" "m.py":8
            output %11 "a"
            output %12 "b"
            output %13 "c"
            output %14 "d"
            output %15 "e"
            output %16 "f"
            output %17 "g"
            output %18 "h"
            output %9 "state" buffer "state"
            """,
            PassesByName.Registry);
        Assert.Empty(GraphVerifier.Verify(graph));
        string[] always =
        [
            "Information quantize-linears: aten::linear at computed (m.py:3) stays in floating point: its weight is computed, not a parameter",
            "Information quantize-linears: aten::linear at int (m.py:4) stays in floating point: its weight is int32",
            "Information quantize-linears: aten::linear at wide (m.py:5) stays in floating point: it sums 131072 products: expected 1 to 131071, which int32 holds",
            "Information quantize-linears: aten::linear at state (m.py:6) stays in floating point: the model overwrites its weight state",
            "Information quantize-linears: aten::linear at head (m.py:7) stays in floating point: the options exclude it",
        ];
        const string NoRange = "Information quantize-linears: evergraph::row_linear_maybe_flashcomm_fp at row (m.py:8) stays in floating point: row.weight has no calibrated range, and tokens are sent under one scale";

        Assert.Equal([.. always, NoRange], LogOf(Dynamic));
        var ranges = new CalibrationRanges(new Dictionary<string, ActivationRange> { ["up.weight"] = new(0, 1) });
        Assert.Equal(
            [.. always, "Information quantize-linears: aten::linear at one (m.py:2) is quantised token by token: x is one vector", NoRange],
            LogOf(new(ActivationQuantization.Static) { Ranges = ranges }));
        Assert.Equal(
            [
                .. always,
                "Warning quantize-linears: 2 calibrated ranges name no layer that is quantised, such as lm_head.weight",
                "Information quantize-linears: aten::linear at up (m.py:1) is quantised token by token: up.weight has no calibrated range",
                "Information quantize-linears: aten::linear at one (m.py:2) is quantised token by token: up.weight has no calibrated range",
            ],
            LogOf(new(ActivationQuantization.Static)
            {
                Ranges = new(new Dictionary<string, ActivationRange> { ["row.weight"] = new(0, 1), ["other"] = new(0, 1), ["lm_head.weight"] = new(0, 1) }),
            }));

        List<string> LogOf(QuantizationOptions options)
        {
            var log = new LineLog();
            new QuantizeLinears(options).Run(graph, new(PassesByName.Registry, log, Dispatcher.Default));
            return log.Lines;
        }
    }

    [Fact]
    public void The_pipeline_quantises_split_layers_before_anything_is_fused_or_folded()
    {
        List<string> names = [.. PassPipelines.Default(2, flashComm: new(1), quantization: Dynamic).Passes.Select(pass => pass.Name)];
        int place = names.IndexOf("quantize-linears");
        Assert.Equal(["shard-tensor-parallel", "use-flashcomm"], names[(place - 2)..place]);
        Assert.Equal(PassPipelines.Layers.Passes.Count + 2, place);
        Assert.Contains("fold-constants", names[place..]);
        Assert.DoesNotContain("quantize-linears", PassPipelines.Default(2, flashComm: new(1)).Passes.Select(pass => pass.Name));
    }

    private static TensorGraph Linear(Tensor weight)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(new("x", new(weight.DType, [new Symbol("s0", 0, 64, SymbolKind.Input), weight.Sizes[1]])));
        var w = builder.AddParameter(new("fc.weight", weight.Type, weight));
        var linear = PassesByName.Registry.Find("aten::linear");
        builder.AddOutput(new("y", builder.Add(linear, linear.Schema.Arrange(("input", new TensorArgument(x)), ("weight", new TensorArgument(w))), new("fc", "m.py", 1))[0]));
        return builder.Build();
    }

    private sealed class LineLog : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel} {formatter(state, exception)}");
    }
}
