namespace Evergraph.Graph.Views;

/// <summary>Builds a view: stage by stage, with what stages share kept once.</summary>
internal sealed class ViewBuilder(ViewOptions options)
{
    private readonly ViewOperatorTable _operators = new(options);
    private readonly Numbering _numbering = new();

    public GraphView Build(IReadOnlyList<ViewSource> sources)
    {
        var keys = new NodeKeys(_numbering);
        ViewSource[] verified = [.. sources.Select(source => source.Faults is null ? source with { Faults = GraphVerifier.Verify(source.Graph) } : source)];
        var placements = BeginPlacements(verified[^1]);
        var stages = new List<ViewStage>(verified.Length);
        for (int i = 0; i < verified.Length; i++)
        {
            var placed = i == verified.Length - 1 ? placements?.GetAwaiter().GetResult() : null;
            stages.Add(new StageBuilder(verified[i], options, _operators, placed).Build(keys, _numbering));
        }

        return new(options.Title, DeclaredSymbols.Of(sources.Select(source => source.Graph)), _operators.Operators, stages, options.Runs);
    }

    // Nothing but the last stage waits for it, and it is as much work as several stages.
    private Task<IReadOnlyList<string>>? BeginPlacements(ViewSource last) =>
        last.Faults is { Count: 0 } && options.Placements is { } placements ? Task.Run(() => placements(last.Graph)) : null;
}
