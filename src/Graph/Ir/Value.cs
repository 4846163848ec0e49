namespace Evergraph.Graph;

/// <summary>
/// A handle of one value in one graph: inputs come first, then parameters, then the outputs of the nodes in node order.
/// </summary>
public readonly record struct Value(int Id)
{
    /// <inheritdoc/>
    public override string ToString() => $"%{Id}";
}
