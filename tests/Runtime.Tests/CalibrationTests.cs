using Evergraph.Graph.Text;
using Evergraph.Passes;

namespace Evergraph.Runtime.Tests;

public sealed class CalibrationTests
{
    private static readonly QuantizationOptions Static = new(ActivationQuantization.Static);
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    // Two layers read x, one reads what relu leaves of the first; the head is not looked at. x is overwritten.
    private static readonly TensorGraph Graph = GraphParser.Parse(
        """
        symbol s0 = 0..64
        input %0 "x": float32[s0, 2]
        parameter %1 "a.weight": float32[2, 2]
        parameter %2 "b.weight": float32[2, 2]
        parameter %3 "c.weight": float32[2, 2]
        parameter %4 "lm_head.weight": float32[2, 2]
        %5 = aten::linear(input=%0, weight=%1) : float32[s0, 2]
        %6 = aten::linear(input=%0, weight=%2) : float32[s0, 2]
        %7 = aten::relu(self=%5) : float32[s0, 2]
        %8 = aten::permute(self=%3, dims=[1, 0]) : float32[2, 2]
        %9 = aten::mm(self=%7, mat2=%8) : float32[s0, 2]
        %10 = aten::linear(input=%9, weight=%4) : float32[s0, 2]
        %11 = aten::add.Tensor(self=%6, other=%10) : float32[s0, 2]
        output %11 "y"
        output %11 "x" input "x"
        """,
        Registry,
        (name, _) => Tensor.From([1f, 0, 0, name == "a.weight" ? -2 : 1], 2, 2));

    [Fact]
    public void Ranges_are_what_layers_were_given_joined_over_calls()
    {
        var first = Tensor.From([1f, 2, -3, 0.5f], 2, 2);
        var ranges = Calibration.Run(Graph, Static, [[first], [Tensor.From([0f, -4], 1, 2)], [Tensor.Zeros(DType.Float32, 0, 2)]]);

        Assert.Equal(["a.weight", "b.weight", "c.weight"], ranges.Ranges.Keys);
        Assert.Equal(new(-4, 2), ranges.Find("a.weight"));
        Assert.Equal(new(-4, 2), ranges.Find("b.weight"));

        // relu(x₀, −2·x₁): (1, 0), (0, 0); then (0, 8).
        Assert.Equal(new(0, 8), ranges.Find("c.weight"));
        Assert.Equal([1f, 2, -3, 0.5f], first.ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Layers_that_are_not_to_be_quantised_are_not_looked_at()
    {
        var only = Static with { Layers = new(("b", true), ("lm_head", true), ("*", false)) };
        Assert.Equal(["b.weight", "lm_head.weight"], Calibration.Run(Graph, only, [[Tensor.From([1f, 2], 1, 2)]]).Ranges.Keys);
    }

    [Fact]
    public void A_layer_that_no_token_went_through_has_no_range() =>
        Assert.Empty(Calibration.Run(Graph, Static, [[Tensor.Zeros(DType.Float32, 0, 2)]]).Ranges);

    [Theory]
    [InlineData(float.NaN, "given nan to nan")]
    [InlineData(float.NegativeInfinity, "given -inf to 3.0")]
    public void An_input_that_is_not_finite_is_named(float number, string given)
    {
        var error = Assert.Throws<EvergraphException>(() => Calibration.Run(Graph, Static, [[Tensor.From([1f, 2], 1, 2)], [Tensor.From([3f, number], 1, 2)]]));
        Assert.Equal(
            $"calibration, call 1: the input of the layer with weight a.weight: expected finite numbers, {given}; leave the call out, or exclude the layer from quantisation",
            error.Message);
    }

    [Fact]
    public void Calibrating_over_nothing_is_refused() => Assert.Equal(
        "calibration: expected at least one recorded call of the model, given none; or quantise activations dynamically, which needs none",
        Assert.Throws<EvergraphException>(() => Calibration.Run(Graph, Static, [])).Message);

    [Fact]
    public void Calls_of_another_model_are_refused() => Assert.Contains(
        "input 0 (x)", Assert.Throws<CallException>(() => Calibration.Run(Graph, Static, [[Tensor.Zeros(DType.Float32, 1, 3)]])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_compiled_graph_is_quantised_by_its_ranges(int ranks)
    {
        var x = Tensor.From([1f, 2, -3, 0.5f], 2, 2);
        var ranges = Calibration.Run(Graph, Static, [[x]]);
        var compiled = GraphCompiler.Compile(Graph, new()
        {
            TensorParallel = ranks,
            Plan = TensorParallelPlan.Parse("column a\nrow c"),
            FlashComm = ranks > 1 ? new(1, true) : null,
            Quantization = Static with { Ranges = ranges },
        });

        // Later passes merge layers.
        var names = compiled.Passes.Single(record => record.Pass == "quantize-linears").After.Nodes.Select(node => node.Operator.Name).ToList();
        Assert.Equal(3, names.Count(name => name.EndsWith("_w8a8", StringComparison.Ordinal)));
        Assert.Equal(ranks == 1 ? 0 : 1, names.Count(name => name.EndsWith("_maybe_flashcomm_w8a8", StringComparison.Ordinal)));
        Assert.Single(names, "aten::linear");
        foreach (var results in compiled.RunOnRanks([x.Clone()]))
        {
            // x·bᵀ + relu(x·aᵀ): a step of x is 5 / 255, the ends are those that were seen.
            float[] expected = [2, 2, -3, 0.5f];
            for (int i = 0; i < 4; i++)
                Assert.Equal(expected[i], results[0].ReadOnlySpan<float>()[i], 0.03f);
        }

        Assert.Equal(1, compiled.Statistics.Compilations);
    }
}
