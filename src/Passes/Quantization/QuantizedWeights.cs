using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>The int8 weights and scales of a graph that is being quantised: each made once, however many layers read it.</summary>
/// <param name="graph">The graph before.</param>
/// <param name="builder">Where the new parameters are added.</param>
internal sealed class QuantizedWeights(TensorGraph graph, GraphBuilder builder)
{
    private readonly ParameterNames _names = new(graph);
    private readonly Dictionary<Value, (Value Weight, Value Scale)> _added = [];

    // A tied weight that is read whole and cut is two parameters over one tensor.
    private readonly Dictionary<Tensor, (Tensor Weight, Tensor Scale)> _computed = new(ReferenceEqualityComparer.Instance);

    /// <summary>A layer's int8 weight and its scales as values of the new graph.</summary>
    public (Value Weight, Value Scale) Of(LinearLayer layer)
    {
        if (_added.TryGetValue(layer.Weight, out var added))
            return added;
        var parameter = layer.Parameter;
        if (!_computed.TryGetValue(parameter.Data, out var tensors))
            _computed.Add(parameter.Data, tensors = WeightQuantization.PerChannel(parameter));

        // Channels are axis 0: cut along it, a rank has its channels' scales; cut along axis 1, every rank has all channels.
        var scaleType = new TensorType(tensors.Scale.DType, [parameter.Type.Shape[0]]);
        added = (
            builder.AddParameter(new(_names.New($"{parameter.Name}.int8"), parameter.Type with { DType = DType.Int8 }, tensors.Weight, parameter.Sharding)),
            builder.AddParameter(new(_names.New($"{parameter.Name}.scale"), scaleType, tensors.Scale, parameter.Sharding is { Axis: 0 } cut ? cut : null)));
        _added.Add(layer.Weight, added);
        return added;
    }
}
