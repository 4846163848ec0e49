using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Microsoft.Extensions.Logging;

namespace Evergraph.Passes;

/// <summary>A floating-point linear layer that can be quantised.</summary>
/// <param name="Node">The node: a plain linear, or a maybe-FlashComm one.</param>
/// <param name="Input">What the weight is multiplied by.</param>
/// <param name="Weight">The weight's value.</param>
/// <param name="Parameter">The weight.</param>
internal sealed record LinearLayer(Node Node, Value Input, Value Weight, GraphParameter Parameter)
{
    public const string Plain = "aten::linear";
    private const string FloatingSuffix = "_linear_maybe_flashcomm_fp";

    /// <summary>The weight's name in the unsplit model, by which ranges are kept.</summary>
    public string WeightName => PartNames.WholeOf(Parameter);

    /// <summary>Whether it decides at run time whether to overlap communication.</summary>
    public bool IsMaybeFlashComm => Node.Operator.Name != Plain;

    /// <summary>The operator of a maybe-FlashComm layer's int8 twin.</summary>
    public string QuantizedName => $"{Node.Operator.Name[..^"_fp".Length]}_w8a8";

    /// <summary>Every layer of a graph that the options want quantised and that can be, by its node's index.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="pass">Who asks, for the log, where it is said why a layer is left alone.</param>
    /// <param name="logger">The log.</param>
    public static IReadOnlyDictionary<int, LinearLayer> FindAll(TensorGraph graph, QuantizationOptions options, string pass, ILogger logger)
    {
        var mutated = MutatedParameters.Of(graph);
        var layers = new Dictionary<int, LinearLayer>();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            bool isPlain = node.Operator.Name == Plain;
            if (!isPlain && !node.Operator.Name.EndsWith(FloatingSuffix, StringComparison.Ordinal))
                continue;
            var input = node.Tensor(isPlain ? "input" : "x")!.Value;
            var weight = node.Tensor("weight")!.Value;
            var parameter = graph.ParameterOf(weight);
            if (WhyNot(parameter, graph.TypeOf(weight), node, options, mutated) is { } reason)
                logger.LogInformation("{Pass}: {Node} stays in floating point: {Reason}", pass, node, reason);
            else
                layers.Add(i, new(node, input, weight, parameter!));
        }

        return layers;
    }

    private static string? WhyNot(GraphParameter? parameter, TensorType type, Node node, QuantizationOptions options, HashSet<string> mutated)
    {
        if (parameter is null)
            return "its weight is computed, not a parameter";
        if (!type.DType.IsFloating())
            return $"its weight is {type.DType.Name()}";
        if (mutated.Contains(parameter.Name))
            return $"the model overwrites its weight {parameter.Name}";
        string weight = PartNames.WholeOf(parameter);
        string module = weight.EndsWith(".weight", StringComparison.Ordinal) ? weight[..^".weight".Length] : weight;
        if (!options.Layers.Includes(module, node.Source.Module))
            return "the options exclude it";
        if (!type.Shape.Elements.TryGetConstant(out _) || type.Shape[1].Value is not (> 0 and <= MatrixProducts.MaxInt8Terms))
            return $"it sums {type.Shape[1]} products: expected 1 to {MatrixProducts.MaxInt8Terms}, which int32 holds";
        return null;
    }
}
