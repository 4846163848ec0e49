using Evergraph.Graph;
using Evergraph.Graph.Views;
using Evergraph.Passes;
using Evergraph.Runtime;

namespace Evergraph.Cli.Models;

/// <summary>A model on its way through the passes, for pictures. Nothing here needs a graph that verifies.</summary>
/// <param name="Stages">The stages; the last is the graph that is shown.</param>
/// <param name="Profile">What a run told, or null.</param>
internal sealed record ViewedModel(IReadOnlyList<ViewSource> Stages, RunProfile? Profile)
{
    /// <summary>The graph that is shown.</summary>
    public TensorGraph Graph => Stages[^1].Graph;

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<GraphFault> Faults => Stages[^1].Faults ?? [];

    /// <summary>A graph as it was read.</summary>
    public static ViewedModel Before(TensorGraph graph) => new([new("imported", "", graph, GraphVerifier.Verify(graph))], null);

    /// <summary>A graph after the passes. Where one of them breaks it, that is what is shown; a graph that does not verify goes through none.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="passes">The passes.</param>
    /// <param name="context">What passes ask.</param>
    /// <exception cref="PassException">A pass threw, so that there is nothing to show.</exception>
    public static ViewedModel After(TensorGraph graph, PassPipeline passes, PassContext context)
    {
        var before = Before(graph);
        if (before.Faults.Count > 0)
            return before;
        try
        {
            return new(PassStages.Of(graph, passes.Run(graph, context)), null);
        }
        catch (PassException exception) when (exception.After is { } broken)
        {
            return new(
                [.. before.Stages, new($"before {exception.Pass}", "", exception.Before, []), new(exception.Pass, exception.Message, broken, GraphVerifier.Verify(broken))],
                null);
        }
    }

    /// <summary>The stages that a file shows: all in a page, the first and the last in Model Explorer, otherwise the last.</summary>
    public IReadOnlyList<ViewSource> StagesOf(FileInfo file) => GraphFile.ShownStages(file) switch
    {
        var shown when shown >= Stages.Count => Stages,
        2 => [Stages[0], Stages[^1]],
        _ => [Stages[^1]],
    };

    /// <summary>A graph after the passes, and how long its nodes take.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">How it is compiled.</param>
    /// <param name="inputs">What it is run on, twice: the first run prepares what the second is timed with.</param>
    public static ViewedModel Timed(TensorGraph graph, CompileOptions options, Tensor[] inputs)
    {
        using var compiled = GraphCompiler.Compile(graph, options);
        RunProfile Profile() => compiled.Ranks == 1 ? compiled.Profile(inputs) : compiled.ProfileOnRanks(inputs)[0];
        _ = Profile();
        return new(PassStages.Of(graph, compiled.Passes), Profile());
    }
}
