namespace Evergraph.Graph;

/// <summary>One application of an operator.</summary>
/// <remarks>
/// Two nodes are equal when they compute the same: same operator, same arguments, same output types. Where they come
/// from does not count, so merging duplicates is a dictionary.
/// </remarks>
public sealed class Node : IEquatable<Node>
{
    private int _hash;
    private Value[]? _operands;

    /// <summary>Creates a node; <see cref="GraphBuilder"/> is the usual way.</summary>
    public Node(OperatorDefinition @operator, EquatableArray<Argument> arguments, EquatableArray<TensorType> outputTypes, NodeSource source)
    {
        Operator = @operator;
        Arguments = arguments;
        OutputTypes = outputTypes;
        Source = source;
    }

    /// <summary>What is applied.</summary>
    public OperatorDefinition Operator { get; }

    /// <summary>One argument for each parameter of the schema, defaults filled in.</summary>
    public EquatableArray<Argument> Arguments { get; }

    /// <summary>The types of the results, flattened where a schema returns a list.</summary>
    public EquatableArray<TensorType> OutputTypes { get; }

    /// <summary>Where the node comes from in the model.</summary>
    public NodeSource Source { get; }

    /// <summary>The values that the node reads, in argument order.</summary>
    public EquatableArray<Value> Operands => EquatableArray<Value>.Own(_operands ??= FindOperands());

    /// <inheritdoc/>
    public bool Equals(Node? other) =>
        other is not null && ReferenceEquals(Operator, other.Operator) && GetHashCode() == other.GetHashCode()
        && Arguments.Equals(other.Arguments) && OutputTypes.Equals(other.OutputTypes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Node);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash != 0 ? _hash : _hash = HashCode.Combine(Operator.Name, Arguments, OutputTypes) | 1;

    /// <summary>The operator's name and where the node comes from.</summary>
    public override string ToString() => Source.ToString() is { Length: > 0 } source ? $"{Operator.Name} at {source}" : Operator.Name;

    // Passes ask often, and a node never changes.
    private Value[] FindOperands()
    {
        var operands = new List<Value>();
        foreach (var argument in Arguments)
            argument.AddValues(operands);
        return [.. operands];
    }
}
