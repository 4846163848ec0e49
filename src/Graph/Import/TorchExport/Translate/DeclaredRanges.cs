namespace Evergraph.Graph.Import.TorchExport;

/// <summary>
/// The ranges of a file's symbols. Keys of <c>range_constraints</c> are symbols, or expressions such as <c>2*s77</c> whose
/// range says nothing new, tightens the symbol (when the expression is a·s + b), or must be checked at each call.
/// </summary>
internal sealed class DeclaredRanges
{
    /// <summary>The bound that PyTorch writes for every dynamic size it did not pin, from its treatment of 0 and 1.</summary>
    public const long SpecializedMin = 2;

    private DeclaredRanges(Dictionary<string, (long Min, long Max)> ranges, List<(string Text, Relation Relation, long Bound)> required)
    {
        Ranges = ranges;
        Required = required;
    }

    /// <summary>The range of each symbol, both ends included.</summary>
    public IReadOnlyDictionary<string, (long Min, long Max)> Ranges { get; }

    /// <summary>What must hold of an expression and does not follow from the ranges of its symbols.</summary>
    public IReadOnlyList<(string Text, Relation Relation, long Bound)> Required { get; }

    /// <summary>Reads the ranges of <paramref name="program"/>.</summary>
    /// <exception cref="ImportException">A range is empty or its expression is not understood.</exception>
    public static DeclaredRanges Read(ExportedProgram program, string place, ImportLimits limits)
    {
        HashSet<string> sizes = InputSizes(program);
        var ranges = new Dictionary<string, (long Min, long Max)>(StringComparer.Ordinal);
        var derived = new List<(string Text, ExportedRange Range)>();
        foreach (var (key, range) in program.RangeConstraints)
        {
            if (key.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                // A size is never negative, whatever an integer may be; bounds near 2⁶³ are PyTorch's infinity.
                long min = range.Min ?? long.MinValue;
                Declare(ranges, key, sizes.Contains(key) ? Math.Max(min, 0) : min, Infinite(range.Max), place);
            }
            else
                derived.Add((key, range));
        }
        var required = new List<(string, Relation, long)>();
        foreach (var (text, range) in derived)
            Apply(text, range, ranges, required, place, limits);
        return new(ranges, required);
    }

    private static long Infinite(long? max) => max is null or >= long.MaxValue - 1 ? Symbol.Unbounded : max.Value;

    private static void Declare(Dictionary<string, (long Min, long Max)> ranges, string name, long min, long max, string place)
    {
        if (min > max)
            throw new ImportException($"{place}: symbol {name} is declared over {min} to {max}, expected a range with a value in it; the file is damaged, export it again");
        ranges[name] = (min, max);
    }

    private static void Apply(
        string text, ExportedRange range, Dictionary<string, (long Min, long Max)> ranges, List<(string, Relation, long)> required, string place, ImportLimits limits)
    {
        Dim size;
        try
        {
            size = new SymbolTable(ranges, limits).Parse(text);
        }
        catch (EvergraphException fault)
        {
            throw new ImportException($"{place}: the range of {text} is not understood: {fault.Message}; report this file", fault);
        }
        foreach (var (relation, bound) in Bounds(range))
        {
            Condition condition = new(size, relation, bound);
            Truth proof = condition.Proof;
            if (proof == Truth.False)
                throw new ImportException($"{place}: the declared range {condition} holds for no value of {size.DescribeSymbols()}; the file is damaged, export it again");
            if (proof == Truth.Unknown && !Tighten(size, relation, bound, ranges, place))
                required.Add((text, relation, bound));
        }
    }

    private static IEnumerable<(Relation Relation, long Bound)> Bounds(ExportedRange range)
    {
        if (range.Min is { } min)
            yield return (Relation.GreaterOrEqual, min);
        if (Infinite(range.Max) is var max && max != Symbol.Unbounded)
            yield return (Relation.LessOrEqual, max);
    }

    /// <summary>a·s + b ≥ m with a > 0 is s ≥ ⌈(m − b)/a⌉, and ≤ likewise with ⌊ ⌋.</summary>
    private static bool Tighten(Dim size, Relation relation, long bound, Dictionary<string, (long Min, long Max)> ranges, string place)
    {
        if (size.Symbols is not [var symbol] || !ranges.TryGetValue(symbol.Name, out var range))
            return false;
        Dim b = size.Substitute(static _ => 0), a = size.Substitute(static _ => 1) - b;
        if (!a.TryGetConstant(out long slope) || slope <= 0 || !size.Equals(a * symbol + b))
            return false;
        long limit = relation == Relation.GreaterOrEqual
            ? Dim.CeilDiv((Dim)bound - b, slope).Value
            : Dim.FloorDiv((Dim)bound - b, slope).Value;
        range = relation == Relation.GreaterOrEqual ? (Math.Max(range.Min, limit), range.Max) : (range.Min, Math.Min(range.Max, limit));
        Declare(ranges, symbol.Name, range.Min, range.Max, place);
        return true;
    }

    /// <summary>The symbols that are a size of an input by themselves.</summary>
    private static HashSet<string> InputSizes(ExportedProgram program) =>
        [.. program.Inputs
            .Where(static i => i.Kind == ExportedInputKind.UserInput)
            .Select(static i => i.Argument).OfType<ExportedArgument.Tensor>()
            .SelectMany(i => program.Graph.TensorValues.TryGetValue(i.Name, out ExportedTensorMeta? meta) ? meta.Sizes : [])
            .Select(static size => size.Expression is null ? null : SymbolTable.LoneSymbol(size.Expression))
            .OfType<string>()];
}
