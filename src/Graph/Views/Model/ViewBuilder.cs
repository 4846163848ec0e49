namespace Evergraph.Graph.Views;

/// <summary>Builds a view: stage by stage, with what stages share kept once.</summary>
internal sealed class ViewBuilder(ViewOptions options)
{
    private readonly List<ViewOperator> _operators = [];
    private readonly Dictionary<(OperatorDefinition, DTypeSet), int> _operatorIds = [];
    private readonly NodeKeys _keys = new();

    public GraphView Build(IReadOnlyList<ViewSource> sources)
    {
        var stages = new List<ViewStage>(sources.Count);
        for (int i = 0; i < sources.Count; i++)
            stages.Add(new StageBuilder(sources[i], options, isLast: i == sources.Count - 1, OperatorOf).Build(_keys));
        return new(options.Title, DeclaredSymbols.Of(sources.Select(source => source.Graph)), _operators, stages, options.Runs);
    }

    private int OperatorOf(OperatorDefinition definition, DTypeSet dtypes)
    {
        // Without implementations the element types make no difference.
        var key = (definition, options.Implementations is null ? DTypeSet.None : dtypes);
        if (_operatorIds.TryGetValue(key, out int id))
            return id;
        _operatorIds.Add(key, _operators.Count);
        _operators.Add(new(
            definition.Name,
            definition.Schema.ToString(),
            definition.Traits == OperatorTraits.None ? [] : definition.Traits.ToString().Split(", "),
            FakeOf(definition),
            options.Implementations?.Invoke(definition, dtypes) ?? []));
        return _operators.Count - 1;
    }

    // The delegate is the generator's adapter, a class inside the operator's own.
    private static string FakeOf(OperatorDefinition definition) =>
        definition.Fake.Method.DeclaringType?.DeclaringType?.FullName is { } name ? $"{name.Replace('+', '.')}.Fake" : "";
}
