using Evergraph.Graph;
using Microsoft.Extensions.Logging;

namespace Evergraph.Passes;

/// <summary>
/// Makes linear layers compute in int8 (W8A8): weights with a scale for each output channel, computed here once, and
/// activations with one scale and zero-point from a calibrated range, or with a scale for each token.
/// </summary>
/// <remarks>
/// <para>With ŵ = s_w·q_w and x̂ = s_x·(q_x − z), |w − ŵ| ≤ s_w / 2 and |x − x̂| ≤ s_x / 2 for x in the range. So a layer's error is
/// at most <c>Σₖ (|x|·s_w/2 + |w|·s_x/2 + s_x·s_w/4)</c>, roundings of float32 aside.</para>
/// <para>A weight that is cut over ranks stays cut, and so does its scale where the channels are cut. Scales are those of whole
/// channels on every rank: partial products are scaled back before ranks add them.</para>
/// <para>This pass changes numbers, within the bound above: of the passes' laws it keeps all but that one.</para>
/// </remarks>
/// <param name="options">Which layers, and how.</param>
public sealed class QuantizeLinears(QuantizationOptions options) : IPass
{
    private const string Static = "evergraph::linear_w8a8";
    private const string Dynamic = "evergraph::linear_w8a8_dynamic";

    /// <inheritdoc/>
    public string Name => "quantize-linears";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var layers = LinearLayer.FindAll(graph, options, Name, context.Logger);
        WarnOfUnread(layers.Values, context.Logger);
        var rewriter = new GraphRewriter(graph);
        var weights = new QuantizedWeights(graph, rewriter.Builder);
        var rewrites = new List<Rewrite>();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            if (!layers.TryGetValue(i, out var layer) || Choose(layer, graph, context.Logger) is not { } form)
            {
                rewriter.Copy(i);
                continue;
            }

            var definition = context.Registry.Find(form.Operator);
            var arguments = Arrange(definition.Schema, layer, rewriter, weights.Of(layer), form.Range);
            rewriter.Bind(i, rewriter.Builder.Add(definition, arguments, layer.Node.Source));
            rewrites.Add(new(form.Algebra, layer.Node.ToString()));
        }

        return rewrites.Count == 0 ? PassResult.Unchanged(graph) : new(rewriter.Finish(), rewrites);
    }

    /// <summary>What becomes of a layer, or null where it is left alone.</summary>
    private Form? Choose(LinearLayer layer, TensorGraph graph, ILogger logger)
    {
        var range = options.Ranges?.Find(layer.WeightName);
        if (layer.IsMaybeFlashComm)
        {
            if (range is not null)
                return new(layer.QuantizedName, range, "maybe_flashcomm_fp(x, w) ≈ maybe_flashcomm_w8a8(x, round(w / s), s), x by its calibrated range");
            logger.LogInformation("{Pass}: {Node} stays in floating point: {Weight} has no calibrated range, and tokens are sent under one scale", Name, layer.Node, layer.WeightName);
            return null;
        }

        if (options.Activations == ActivationQuantization.Static)
        {
            // The static operator has no calls on a lone vector.
            if (range is not null && graph.TypeOf(layer.Input).Rank >= 2)
                return new(Static, range, "linear(x, w) ≈ linear_w8a8(x, round(w / s), s), x by its calibrated range");
            logger.LogInformation("{Pass}: {Node} is quantised token by token: {Reason}", Name, layer.Node, range is null ? $"{layer.WeightName} has no calibrated range" : "x is one vector");
        }

        return new(Dynamic, null, "linear(x, w) ≈ linear_w8a8_dynamic(x, round(w / s), s), x token by token");
    }

    /// <summary>What the floating-point node had, by the quantised one's names, with the new weight, scales and range.</summary>
    private static EquatableArray<Argument> Arrange(
        OperatorSchema schema, LinearLayer layer, GraphRewriter rewriter, (Value Weight, Value Scale) weight, ActivationRange? range)
    {
        var named = new List<(string, Argument)>();
        var given = layer.Node.Operator.Schema.Arguments;
        for (int i = 0; i < given.Count; i++)
        {
            if (given[i].Name != "weight")
                named.Add((given[i].Name == "input" ? "x" : given[i].Name, layer.Node.Arguments[i].Rename(value => rewriter[value])));
        }

        named.Add(("weight", new TensorArgument(weight.Weight)));
        named.Add(("weight_scale", new TensorArgument(weight.Scale)));
        if (range is not null)
        {
            named.Add(("input_scale", new FloatArgument(range.Scale)));
            named.Add(("input_zero_point", new DimArgument(range.ZeroPoint)));
        }

        return schema.Arrange([.. named]);
    }

    // Ranges of another model would leave every layer without one, and say nothing.
    private void WarnOfUnread(IEnumerable<LinearLayer> layers, ILogger logger)
    {
        var names = layers.Select(layer => layer.WeightName).ToHashSet(StringComparer.Ordinal);
        var unread = options.Ranges?.Ranges.Keys.Where(name => !names.Contains(name)).ToList() ?? [];
        if (names.Count > 0 && unread.Count > 0)
            logger.LogWarning("{Pass}: {Count} calibrated ranges name no layer that is quantised, such as {Name}", Name, unread.Count, unread[0]);
    }

    private sealed record Form(string Operator, ActivationRange? Range, string Algebra);
}
