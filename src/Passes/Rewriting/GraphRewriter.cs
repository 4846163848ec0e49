using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Copies a graph node by node into a builder, so that a pass only says what becomes of the nodes it cares about. Values of
/// the source graph are mapped to values of the new one.
/// </summary>
public sealed class GraphRewriter
{
    private readonly Value?[] _map;

    // One for all arguments: passes copy every node.
    private readonly Func<Value, Value> _rename;

    /// <summary>Starts a copy: inputs and parameters are there, nodes are not.</summary>
    public GraphRewriter(TensorGraph source)
    {
        Source = source;
        _map = new Value?[source.ValueCount];
        _rename = value => this[value];
        Builder = new(source.Symbols().Count(symbol => symbol.Kind == SymbolKind.Data));
        for (int i = 0; i < source.Inputs.Length; i++)
            _map[i] = Builder.AddInput(source.Inputs[i]);
        for (int i = 0; i < source.Parameters.Length; i++)
            _map[source.ParameterValue(i).Id] = Builder.AddParameter(source.Parameters[i]);
    }

    /// <summary>The graph that is copied.</summary>
    public TensorGraph Source { get; }

    /// <summary>Where the copy grows.</summary>
    public GraphBuilder Builder { get; }

    /// <summary>The new value that stands for a value of the source.</summary>
    public Value this[Value source]
    {
        get => _map[source.Id] ?? throw new InvalidOperationException($"{source} has not been copied yet");
        set => _map[source.Id] = value;
    }

    /// <summary>A node's arguments over the new values.</summary>
    public EquatableArray<Argument> Rename(EquatableArray<Argument> arguments)
    {
        var renamed = new Argument[arguments.Length];
        for (int i = 0; i < renamed.Length; i++)
            renamed[i] = arguments[i].Rename(_rename);
        return EquatableArray<Argument>.Own(renamed);
    }

    /// <summary>A node over the new values; its types are kept where its operands' are, and inferred again where one changed.</summary>
    public Node Renew(Node node)
    {
        var arguments = Rename(node.Arguments);
        foreach (var operand in node.Operands)
        {
            if (!ReferenceEquals(Source.TypeOf(operand), Builder.TypeOf(this[operand])) && Source.TypeOf(operand) != Builder.TypeOf(this[operand]))
                return Builder.Infer(node.Operator, arguments, node.Source);
        }

        return new(node.Operator, arguments, node.OutputTypes, node.Source);
    }

    /// <summary>Copies one node as it is.</summary>
    public void Copy(int index) => Bind(index, Builder.Add(Renew(Source.Nodes[index])));

    /// <summary>Says which new values stand for the results of a source node.</summary>
    public void Bind(int index, ReadOnlySpan<Value> results)
    {
        for (int i = 0; i < results.Length; i++)
            this[Source.ResultOf(index, i)] = results[i];
    }

    /// <summary>The new graph, without nodes and parameters that nothing reads any more.</summary>
    public TensorGraph Finish()
    {
        foreach (var output in Source.Outputs)
            Builder.AddOutput(output with { Value = this[output.Value] });
        foreach (var requirement in Source.Requirements)
            Builder.AddRequirement(requirement);
        return DeadNodes.Remove(Builder.Build());
    }
}
