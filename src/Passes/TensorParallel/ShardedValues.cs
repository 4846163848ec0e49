using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// What is known of each value of a whole model while it is being split: the whole value, this rank's part along an axis, or
/// both. What is missing is made on demand: a part of a parameter by cutting it, a whole by gathering.
/// </summary>
internal sealed class ShardedValues
{
    private readonly GraphRewriter _rewriter;
    private readonly OperatorRegistry _registry;
    private readonly Value?[] _whole;
    private readonly (Value Value, int Axis)?[] _part;
    private readonly Dictionary<(Value, int), Value> _cuts = [];
    private readonly Dictionary<string, string> _cutNames = new(StringComparer.Ordinal);

    public ShardedValues(TensorGraph graph, int ranks, OperatorRegistry registry)
    {
        _rewriter = new(graph);
        _registry = registry;
        Ranks = ranks;
        _whole = new Value?[graph.ValueCount];
        _part = new (Value, int)?[graph.ValueCount];
        int given = graph.Inputs.Length + graph.Parameters.Length;
        for (int id = 0; id < given; id++)
            _whole[id] = _rewriter[new(id)];
    }

    public TensorGraph Graph => _rewriter.Source;

    public int Ranks { get; }

    /// <summary>Where the node that is being split comes from.</summary>
    public NodeSource Source { get; set; }

    public bool HasPart(Value value) => _part[value.Id] is not null;

    public bool HasPart(Value value, int axis) => _part[value.Id] is { } part && part.Axis == axis;

    public int AxisOf(Value value) => _part[value.Id]!.Value.Axis;

    public void BindWhole(Value source, Value value) => _whole[source.Id] = _rewriter[source] = value;

    public void BindPart(Value source, Value value, int axis)
    {
        var expected = Graph.TypeOf(source).Shape[axis];
        var given = _rewriter.Builder.TypeOf(value).Shape[axis];
        if (!(given * Ranks).Equals(expected))
            throw new EvergraphException($"{Graph.NodeOf(source)}: its axis rule is wrong: {Ranks} parts of size {given} along axis {axis}: expected {expected} together");
        _part[source.Id] = (value, axis);
    }

    /// <summary>The whole value; a part is gathered.</summary>
    public Value Whole(Value source)
    {
        if (_whole[source.Id] is { } whole)
            return whole;
        var (part, axis) = _part[source.Id]!.Value;
        var gathered = Add(
            CollectiveNames.AllGather,
            ("x", new TensorArgument(part)),
            ("dim", new DimArgument(axis)),
            ("size", new DimArgument(Graph.TypeOf(source).Shape[axis])),
            ("tp_size", new DimArgument(Ranks)));
        BindWhole(source, gathered);
        return gathered;
    }

    /// <summary>This rank's part along an axis, or null where the axis is not a multiple of the ranks.</summary>
    public Value? Part(Value source, int axis)
    {
        if (HasPart(source, axis))
            return _part[source.Id]!.Value.Value;
        if (_cuts.TryGetValue((source, axis), out var known))
            return known;
        var type = Graph.TypeOf(source);
        if ((type.Shape[axis] % Ranks == 0).Proof != Truth.True)
            return null;
        Value cut;
        if (Graph.ParameterOf(source) is { Sharding: null } parameter)
        {
            // A parameter that is also read whole stays; the cut one is another view of the same data.
            string name = PartNames.Of(parameter.Name, axis, Ranks);
            _cutNames.Add(name, parameter.Name);
            cut = _rewriter.Builder.AddParameter(new(
                name,
                type with { Shape = type.Shape.With(axis, type.Shape[axis] / Ranks) },
                parameter.Data,
                new(axis, Ranks)));
        }
        else
        {
            cut = Add(
                CollectiveNames.TokenShard,
                ("x", new TensorArgument(Whole(source))),
                ("dim", new DimArgument(axis)),
                ("tp_size", new DimArgument(Ranks)));
        }

        _cuts.Add((source, axis), cut);
        return cut;
    }

    public Value Add(string operatorName, params ReadOnlySpan<(string Parameter, Argument Argument)> named)
    {
        var definition = _registry.Find(operatorName);
        return Add(definition, definition.Schema.Arrange(named))[0];
    }

    public Value[] Add(OperatorDefinition definition, EquatableArray<Argument> arguments) =>
        _rewriter.Builder.Add(definition, arguments, Source);

    /// <summary>Copies a node on whole operands.</summary>
    /// <returns>Whether a part had to be gathered for it.</returns>
    public bool CopyWhole(int index)
    {
        bool gathers = false;
        foreach (var operand in Graph.Nodes[index].Operands)
        {
            gathers |= _whole[operand.Id] is null;
            _ = Whole(operand);
        }

        _rewriter.Copy(index);
        for (int i = 0; i < Graph.Nodes[index].OutputTypes.Length; i++)
        {
            var result = Graph.ResultOf(index, i);
            _whole[result.Id] = _rewriter[result];
        }

        return gathers;
    }

    public TensorGraph Finish()
    {
        foreach (var output in Graph.Outputs)
            _ = Whole(output.Value);
        var graph = _rewriter.Finish();

        // A parameter that nothing reads whole any more gives its name to its only cut.
        var taken = graph.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        var parameters = graph.Parameters
            .Select(parameter => _cutNames.TryGetValue(parameter.Name, out string? name) && taken.Add(name) ? parameter with { Name = name } : parameter)
            .ToEquatableArray();
        return new(graph.Inputs, parameters, graph.Nodes, graph.Outputs, graph.Requirements);
    }
}
