namespace Evergraph.Graph;

/// <summary>A tensor that belongs to the model: a weight, a buffer, or a folded constant.</summary>
/// <param name="Name">The name in the model, such as <c>model.layers.0.mlp.down_proj.weight</c>.</param>
/// <param name="Type">What a node of the graph sees: on a split model, the type of one rank's part.</param>
/// <param name="Data">The whole tensor, not one rank's part.</param>
/// <param name="Sharding">How ranks share the data, or null where every rank has all of it.</param>
public sealed record GraphParameter(string Name, TensorType Type, Tensor Data, Sharding? Sharding = null)
{
    /// <summary>Equality of everything but numbers: the data counts by identity.</summary>
    public bool Equals(GraphParameter? other) =>
        other is not null && Name == other.Name && Type == other.Type && ReferenceEquals(Data, other.Data) && Sharding == other.Sharding;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Sharding);
}

/// <summary>A tensor cut along one axis into equal parts; rank r has part r. The rank is known only at run time.</summary>
/// <param name="Axis">The axis that is cut.</param>
/// <param name="Parts">How many parts there are.</param>
public sealed record Sharding(int Axis, int Parts);
