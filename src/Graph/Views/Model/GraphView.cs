namespace Evergraph.Graph.Views;

/// <summary>What pictures of a graph show, apart from how they are drawn: the one model that every writer reads.</summary>
/// <param name="Title">What is shown, such as a file's name.</param>
/// <param name="Symbols">The symbols of all stages, in the order in which they are declared.</param>
/// <param name="Operators">The operators of all stages; one that is applied to several sets of element types stands here once for each.</param>
/// <param name="Stages">The graph as it was imported, then after each pass that changed it; at least one.</param>
/// <param name="Runs">Timed runs of the last stage.</param>
public sealed record GraphView(
    string Title,
    IReadOnlyList<ViewSymbol> Symbols,
    IReadOnlyList<ViewOperator> Operators,
    IReadOnlyList<ViewStage> Stages,
    IReadOnlyList<ViewRun> Runs)
{
    /// <summary>The stage that pictures of one stage show: the last.</summary>
    public ViewStage Last => Stages[^1];

    /// <summary>The view of one graph.</summary>
    public static GraphView Of(TensorGraph graph, ViewOptions? options = null) => Of([new("graph", "", graph)], options);

    /// <summary>The view of a graph on its way through the passes.</summary>
    /// <param name="stages">At least one; a node that a stage keeps is known again in the next.</param>
    /// <param name="options">What the rooms above know of operators.</param>
    public static GraphView Of(IReadOnlyList<ViewSource> stages, ViewOptions? options = null) => new ViewBuilder(options ?? new()).Build(stages);
}

/// <summary>A graph that shall be shown.</summary>
/// <param name="Name">What the stage is called: <c>imported</c>, or the pass.</param>
/// <param name="Detail">What was done; may be several lines.</param>
/// <param name="Graph">The graph; it need not verify.</param>
/// <param name="Faults">What the verifier said of it, or null to ask it.</param>
public sealed record ViewSource(string Name, string Detail, TensorGraph Graph, IReadOnlyList<GraphFault>? Faults = null);

/// <summary>A symbol and where its value comes from.</summary>
/// <param name="Symbol">Name and range.</param>
/// <param name="Declared">Such as <c>input tokens, axis 1</c>.</param>
public sealed record ViewSymbol(Symbol Symbol, string Declared);
