namespace Evergraph.Graph.Import.TorchExport;

/// <summary>
/// Finds the widest ranges over which a program translates. PyTorch declares a minimum of 2 for every dynamic size it did
/// not pin; those are tried from 0 and from 1. A wider range is taken when every node infers what PyTorch recorded and no
/// requirement stays open that the declared range proves.
/// </summary>
internal sealed class RangeSearch(IReadOnlyDictionary<string, (long Min, long Max)> declared, Func<IReadOnlyDictionary<string, (long Min, long Max)>, TranslatedGraph> translate)
{
    /// <summary>More symbols than this are widened together or not at all: each costs two attempts.</summary>
    private const int MaxSymbols = 8;

    private TranslatedGraph? _baseline;

    private TranslatedGraph Baseline => _baseline ??= translate(declared);

    /// <summary>The translation over the widest ranges found, and those ranges.</summary>
    /// <exception cref="EvergraphException">The program does not translate over the declared ranges.</exception>
    public (TranslatedGraph Graph, IReadOnlyDictionary<string, (long Min, long Max)> Ranges) Run(bool widen)
    {
        string[] symbols = [.. declared
            .Where(static r => r.Value.Min == DeclaredRanges.SpecializedMin && !SymbolTable.IsOfData(r.Key))
            .Select(static r => r.Key).Order(StringComparer.Ordinal)];
        if (!widen || symbols.Length == 0)
            return (Baseline, declared);
        var ranges = With(declared, symbols, 0);
        if (Try(ranges) is { } whole)
            return (whole, ranges);
        TranslatedGraph? best = null;
        IReadOnlyDictionary<string, (long Min, long Max)> bestRanges = declared;
        foreach (string[] group in symbols.Length <= MaxSymbols ? symbols.Select(static s => new[] { s }) : [symbols])
        {
            // From 0 all together was tried already.
            for (long min = group.Length == symbols.Length ? 1 : 0; min < DeclaredRanges.SpecializedMin; min++)
            {
                ranges = With(bestRanges, group, min);
                if (Try(ranges) is not { } wider)
                    continue;
                (best, bestRanges) = (wider, ranges);
                break;
            }
        }
        return (best ?? Baseline, bestRanges);
    }

    private TranslatedGraph? Try(IReadOnlyDictionary<string, (long Min, long Max)> ranges)
    {
        TranslatedGraph graph;
        try
        {
            graph = translate(ranges);
        }
        catch (EvergraphException)
        {
            // The wider range does not translate and is not taken. An error over the declared ranges shows itself when
            // no wider one is found.
            return null;
        }
        if (graph.Open.Count == 0)
            return graph;
        HashSet<string> open = [.. Baseline.Open.Select(Describe)];
        return graph.Open.All(requirement => open.Contains(Describe(requirement))) ? graph : null;
    }

    private static string Describe(Requirement requirement) => $"{requirement.Operator} {requirement.Source} {requirement.Condition}";

    private static Dictionary<string, (long Min, long Max)> With(IReadOnlyDictionary<string, (long Min, long Max)> ranges, string[] symbols, long min)
    {
        var wider = new Dictionary<string, (long Min, long Max)>(ranges, StringComparer.Ordinal);
        foreach (string symbol in symbols)
            wider[symbol] = (min, wider[symbol].Max);
        return wider;
    }
}
