using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Adds outputs to a graph with the least and the greatest number of every token that goes into a linear layer which
/// <see cref="QuantizeLinears"/> would quantise. Running it on recorded inputs gives <see cref="CalibrationRanges"/>.
/// </summary>
/// <remarks>
/// No <see cref="IPass"/>: these never change what a graph returns. One pair of outputs an input, however many layers read it;
/// one number a token, so that a call without tokens has no extremes instead of an error.
/// </remarks>
/// <param name="options">Which layers.</param>
public sealed class ObserveLinears(QuantizationOptions options)
{
    /// <summary>Observes a graph whose linear layers have been recovered.</summary>
    public ObservedGraph Run(TensorGraph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        for (int i = 0; i < graph.Nodes.Length; i++)
            rewriter.Copy(i);
        var observed = new Dictionary<Value, List<string>>();
        foreach (var layer in LinearLayer.FindAll(graph, options, "observe-linears", context.Logger).Values)
        {
            if (!observed.TryGetValue(layer.Input, out var weights))
                observed.Add(layer.Input, weights = []);
            weights.Add(layer.WeightName);
        }

        foreach (var (input, weights) in observed)
        {
            rewriter.Builder.AddOutput(new($"{weights[0]}.input.min", Extreme("aten::amin", input)));
            rewriter.Builder.AddOutput(new($"{weights[0]}.input.max", Extreme("aten::amax", input)));
        }

        return new(rewriter.Finish(), [.. observed.Values]);

        Value Extreme(string name, Value input)
        {
            var definition = context.Registry.Find(name);
            var arguments = definition.Schema.Arrange(("self", new TensorArgument(rewriter[input])), ("dim", new DimListArgument([-1])));
            return rewriter.Builder.Add(definition, arguments, NodeSource.None)[0];
        }
    }
}

/// <summary>A graph that tells what its linear layers are given.</summary>
/// <param name="Graph">The graph: before its own results come a least and a greatest number of each observed input's tokens.</param>
/// <param name="Weights">For each of these pairs, in order, the weights that multiply the input, by their names.</param>
public sealed record ObservedGraph(TensorGraph Graph, IReadOnlyList<IReadOnlyList<string>> Weights);
