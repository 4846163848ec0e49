using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Passes;
using Microsoft.Extensions.Logging;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Evergraph.Runtime;

/// <summary>Finds between which numbers the inputs of a model's linear layers lie, by running it on recorded calls.</summary>
public static class Calibration
{
    /// <summary>Runs the unsplit model in floating point, on one rank, and keeps each layer's least and greatest input over all calls.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="quantization">Which layers are looked at: those that would be quantised.</param>
    /// <param name="calls">For each call one tensor for each input of the graph; they are not written.</param>
    /// <param name="options">Backend, operators, dispatcher and logs; nothing else of it counts.</param>
    /// <returns>A range for every layer that some token went through.</returns>
    /// <exception cref="EvergraphException">There are no calls, or a layer is given a NaN or an infinity; it is named.</exception>
    /// <exception cref="CallException">A call's inputs are not what the graph takes.</exception>
    public static CalibrationRanges Run(
        TensorGraph graph, QuantizationOptions quantization, IReadOnlyList<IReadOnlyList<Tensor>> calls, CompileOptions? options = null)
    {
        if (calls.Count == 0)
            throw new EvergraphException("calibration: expected at least one recorded call of the model, given none; or quantise activations dynamically, which needs none");
        options = (options ?? new()) with { TensorParallel = 1, Plan = null, FlashComm = null, Quantization = null, Cache = null, Passes = [] };
        var logger = options.LoggerFactory.CreateLogger("Evergraph.Runtime.Calibration");
        GraphVerifier.ThrowIfInvalid(graph);
        var context = new PassContext(options.Operators, logger, options.Dispatcher);
        var observed = new ObserveLinears(quantization).Run(PassPipelines.Layers.Run(graph, context)[^1].After, context);
        using var compiled = GraphCompiler.Compile(observed.Graph, options);
        bool overwrites = graph.Outputs.Any(output => output.Kind == GraphOutputKind.InputMutation);
        var ranges = new Dictionary<string, ActivationRange>(StringComparer.Ordinal);
        for (int call = 0; call < calls.Count; call++)
        {
            var results = compiled.Run([.. calls[call].Select(input => overwrites ? input.Clone() : input)]);
            for (int i = 0; i < observed.Weights.Count; i++)
            {
                foreach (string weight in observed.Weights[i])
                {
                    if (Range(results[2 * i], results[(2 * i) + 1], weight, call) is { } range)
                        ranges[weight] = ranges.TryGetValue(weight, out var known) ? known.Join(range) : range;
                }
            }
        }

        logger.LogInformation("calibrated {Layers} linear layers over {Calls} calls", ranges.Count, calls.Count);
        return new(ranges);
    }

    /// <summary>The range over all tokens of a call, or null where there are none.</summary>
    private static ActivationRange? Range(Tensor least, Tensor greatest, string weight, int call)
    {
        if (least.Elements == 0)
            return null;
        double min = TensorPrimitives.Min(Casts.To(least, DType.Float64).ReadOnlySpan<double>());
        double max = TensorPrimitives.Max(Casts.To(greatest, DType.Float64).ReadOnlySpan<double>());
        if (double.IsFinite(min) && double.IsFinite(max))
            return new(min, max);
        throw new EvergraphException(
            $"calibration, call {call}: the input of the layer with weight {weight}: expected finite numbers, given {FloatText.Format(min)} to {FloatText.Format(max)}; "
            + "leave the call out, or exclude the layer from quantisation");
    }
}
