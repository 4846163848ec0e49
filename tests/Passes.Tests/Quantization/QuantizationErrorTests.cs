using System.Globalization;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Graph.Text;
using Evergraph.Runtime;

namespace Evergraph.Passes.Tests;

/// <summary>
/// A quantised layer against the same layer in floating point. With x̂ = x + e, |e| ≤ s_x/2, and ŵ = w + f, |f| ≤ s_w/2,
/// <c>x̂·ŵ − x·w = x·f + w·e + e·f</c>, so the error of a sum is at most <c>Σₖ (|x|·s_w/2 + |w|·s_x/2 + s_x·s_w/4)</c>. The
/// scales are computed here from the numbers, not asked of the code under test.
/// </summary>
public class QuantizationErrorTests
{
    private const int Seeds = 150;

    public enum Form
    {
        Plain,
        Row,
        Column,
        SumOfParts,
    }

    [Theory]
    [InlineData(Form.Plain, ActivationQuantization.Static)]
    [InlineData(Form.Plain, ActivationQuantization.Dynamic)]
    [InlineData(Form.SumOfParts, ActivationQuantization.Static)]
    [InlineData(Form.SumOfParts, ActivationQuantization.Dynamic)]
    [InlineData(Form.Row, ActivationQuantization.Static)]
    [InlineData(Form.Column, ActivationQuantization.Static)]
    public void The_error_is_within_what_the_scales_imply(Form form, ActivationQuantization activations)
    {
        double worst = 0;
        for (int seed = 0; seed < Seeds; seed++)
            worst = Math.Max(worst, ShareOfBound(form, activations, new(seed), $"{form}, {activations}, seed {seed}"));

        // A bound that nothing comes near would let mistakes through.
        Assert.InRange(worst, 0.5, 1);
    }

    private static double ShareOfBound(Form form, ActivationQuantization activations, Random random, string what)
    {
        // Few terms make errors large beside their bound; weights of one sign let those of a zero-point add up.
        int tokens = random.Next(0, 9), width = 2 * random.Next(1, random.Next(2) == 0 ? 3 : 40), features = 2 * random.Next(1, 5);
        double[] x = Draw(random, tokens * width), w = Draw(random, features * width), bias = Draw(random, features);
        var tensors = new Dictionary<string, Tensor> { ["fc.weight"] = Float32(w, features, width), ["fc.bias"] = Float32(bias, features) };
        var range = x.Length == 0 ? new ActivationRange(0, 0) : new(x.Min(), x.Max());
        var graph = GraphParser.Parse(Text(form, width, features), PassesByName.Registry, (name, _) => tensors[name]);
        var quantized = new QuantizeLinears(new(activations) { Ranges = new(new Dictionary<string, ActivationRange> { ["fc.weight"] = range }) }).Run(graph, PassesByName.Context);
        Assert.Single(quantized.Rewrites);
        Assert.Contains(quantized.Graph.Nodes, node => node.Operator.Name.Contains(activations == ActivationQuantization.Dynamic ? "w8a8_dynamic" : "w8a8", StringComparison.Ordinal));
        Assert.DoesNotContain("fc.weight", quantized.Graph.Parameters.Select(parameter => parameter.Name));

        var compiled = GraphCompiler.Compile(quantized.Graph, new() { Backend = Backend.Reference, Passes = [], TensorParallel = form == Form.Plain ? 1 : 2, Operators = PassesByName.Registry });
        double worst = 0;
        foreach (var results in compiled.RunOnRanks([Float32(x, tokens, width)]))
        {
            Assert.Equal($"float32[{tokens}, {features}]", results[0].Type.ToString());
            var y = results[0].ReadOnlySpan<float>();
            for (int i = 0; i < y.Length; i++)
                worst = Math.Max(worst, ShareOfBound(x.AsSpan(i / features * width, width), w.AsSpan(i % features * width, width), bias[i % features], y[i], activations, range, $"{what}: element {i}"));
        }

        return worst;
    }

    private static double ShareOfBound(
        ReadOnlySpan<double> x, ReadOnlySpan<double> w, double bias, double given, ActivationQuantization activations, ActivationRange range, string what)
    {
        double inputStep = activations == ActivationQuantization.Static
            ? (Math.Max(range.Max, 0) - Math.Min(range.Min, 0)) / 255
            : Greatest(x) / 127;
        double weightStep = Greatest(w) / 127;
        double exact = bias, bound = 0, size = Math.Abs(bias);
        for (int k = 0; k < x.Length; k++)
        {
            exact += x[k] * w[k];
            size += Math.Abs(x[k] * w[k]);
            bound += (Math.Abs(x[k]) * weightStep / 2) + (Math.Abs(w[k]) * inputStep / 2) + (inputStep * weightStep / 4);
        }

        // Quotients near a tie, scales and results are rounded to float32.
        double allowed = (bound * 1.0001) + (size * 1e-6), error = Math.Abs(given - exact);
        Assert.True(error <= allowed, string.Create(CultureInfo.InvariantCulture, $"{what}: expected {exact:R} to within {allowed:g3}, given {given:R}: off by {error:g3}"));
        return error / allowed;
    }

    private static double Greatest(ReadOnlySpan<double> numbers)
    {
        double greatest = 0;
        foreach (double number in numbers)
            greatest = Math.Max(greatest, Math.Abs(number));
        return greatest;
    }

    private static string Text(Form form, int width, int features) => $"""
        symbol s0 = 0..
        input %0 "x": float32[s0, {width}]
        """ + "\n" + form switch
    {
        Form.Plain => $"""
            parameter %1 "fc.weight": float32[{features}, {width}]
            parameter %2 "fc.bias": float32[{features}]
            %3 = aten::linear(input=%0, weight=%1, bias=%2) : float32[s0, {features}]
            output %3 "y"
            """,
        Form.SumOfParts => $"""
            parameter %1 "fc.weight": float32[{features}, {width / 2}] shard(1, 2)
            parameter %2 "fc.bias": float32[{features}]
            %3 = evergraph::token_shard(x=%0, dim=1, tp_size=2) : float32[s0, {width / 2}]
            %4 = aten::linear(input=%3, weight=%1) : float32[s0, {features}]
            %5 = evergraph::all_reduce(x=%4, tp_size=2) : float32[s0, {features}]
            %6 = aten::add.Tensor(self=%5, other=%2) : float32[s0, {features}]
            output %6 "y"
            """,
        Form.Row => $"""
            parameter %1 "fc.weight": float32[{features}, {width / 2}] shard(1, 2)
            parameter %2 "fc.bias": float32[{features}]
            %3 = evergraph::token_shard(x=%0, dim=1, tp_size=2) : float32[s0, {width / 2}]
            %4 = evergraph::row_linear_maybe_flashcomm_fp(x=%3, weight=%1, bias=%2, tp_size=2, threshold=3) : float32[(s0 + 1) // 2, {features}]
            %5 = evergraph::all_gather(x=%4, dim=0, size=s0, tp_size=2) : float32[s0, {features}]
            output %5 "y"
            """,
        _ => $"""
            parameter %1 "fc.weight": float32[{features / 2}, {width}] shard(0, 2)
            parameter %2 "fc.bias": float32[{features / 2}] shard(0, 2)
            %3 = evergraph::token_shard(x=%0, dim=0, tp_size=2) : float32[(s0 + 1) // 2, {width}]
            %4 = evergraph::column_linear_maybe_flashcomm_fp(x=%3, weight=%1, bias=%2, num_tokens=s0, tp_size=2, gather_output=true, threshold=3) : float32[s0, {features}]
            output %4 "y"
            """,
    };

    // Numbers of float32, so that the sums below are the exact ones.
    private static double[] Draw(Random random, int count)
    {
        double size = Math.Pow(10, random.Next(-2, 3)), least = random.Next(3) switch { 0 => 0.1, _ => -1 };
        return [.. Enumerable.Range(0, count).Select(_ => (double)(float)(size * (least + (random.NextDouble() * (1 - least)))))];
    }

    private static Tensor Float32(double[] numbers, params long[] sizes) => Casts.To(Tensor.From(numbers, sizes), DType.Float32);
}
