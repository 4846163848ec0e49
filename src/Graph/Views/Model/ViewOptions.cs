namespace Evergraph.Graph.Views;

/// <summary>What the rooms above know of operators and tell a view; what nobody tells is not shown.</summary>
public sealed record ViewOptions
{
    /// <summary>What is shown, such as a file's name.</summary>
    public string Title { get; init; } = "graph";

    /// <summary>What can run an operator on operands of these element types.</summary>
    public Func<OperatorDefinition, DTypeSet, IReadOnlyList<ViewImplementation>>? Implementations { get; init; }

    /// <summary>The multiplications and additions of a node of a graph that verifies.</summary>
    public Func<TensorGraph, Node, Dim?>? Operations { get; init; }

    /// <summary>The branches of a node of a graph that verifies, where it decides at run time.</summary>
    public Func<TensorGraph, Node, MaybeBranches?>? Branches { get; init; }

    /// <summary>What runs each node of the last stage, in node order; asked only where it verifies, and on another thread.</summary>
    public Func<TensorGraph, IReadOnlyList<string>>? Placements { get; init; }

    /// <summary>Timed runs of the last stage.</summary>
    public IReadOnlyList<ViewRun> Runs { get; init; } = [];
}
