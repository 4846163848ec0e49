namespace Evergraph.Graph.Import.TorchExport;

/// <summary>A condition of the file that does not follow from the declared ranges, as text, since each attempt has symbols of its own.</summary>
/// <param name="Text">A condition, or a size that <paramref name="Bound"/> compares.</param>
/// <param name="Bound">The comparison of a size, or null.</param>
/// <param name="Message">What is wrong when it does not hold.</param>
internal sealed record RequiredText(string Text, (Relation Relation, long Value)? Bound, string Message)
{
    public IReadOnlyList<Condition> Conditions(SymbolTable symbols) => Bound is { } bound
        ? [new Condition(symbols.Parse(Text), bound.Relation, bound.Value)]
        : symbols.ParseConditions(Text);
}
