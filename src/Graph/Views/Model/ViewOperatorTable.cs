namespace Evergraph.Graph.Views;

/// <summary>The operators of a view as numbers; one that is applied to several sets of element types is there once for each.</summary>
internal sealed class ViewOperatorTable(ViewOptions options)
{
    private readonly List<ViewOperator> _operators = [];
    private readonly Dictionary<OperatorDefinition, List<Entry>> _entries = [];

    /// <summary>The operators, in the order in which they were first met.</summary>
    public IReadOnlyList<ViewOperator> Operators => _operators;

    /// <summary>The number of an operator on operands of these element types.</summary>
    public int Find(OperatorDefinition definition, DTypeSet dtypes)
    {
        // Without implementations the element types make no difference.
        if (options.Implementations is null)
            dtypes = DTypeSet.None;
        if (!_entries.TryGetValue(definition, out var entries))
            _entries.Add(definition, entries = []);
        foreach (var entry in entries)
        {
            if (entry.DTypes == dtypes)
                return entry.Number;
        }

        entries.Add(new(dtypes, _operators.Count));
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

    private sealed record Entry(DTypeSet DTypes, int Number);
}
