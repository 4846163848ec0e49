namespace Evergraph.Graph.Import.TorchExport;

/// <summary>
/// What the symbols of a file stand for in one attempt to translate it: <c>s…</c> are declared with ranges, <c>u…</c> are
/// bound to our own sizes when the node that makes them was inferred.
/// </summary>
internal sealed class SymbolTable(IReadOnlyDictionary<string, (long Min, long Max)> ranges, ImportLimits limits) : ISymbolicNames
{
    private readonly Dictionary<string, Dim> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dim> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorType> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dim> _numbers = new(StringComparer.Ordinal);

    /// <summary>Whether a symbol stands for a size that depends on data.</summary>
    public static bool IsOfData(string name) => IsNumbered(name, 'u');

    private static bool IsNumbered(string name, char prefix) => name.Length > 1 && name[0] == prefix && !name.AsSpan(1).ContainsAnyExceptInRange('0', '9');

    /// <inheritdoc/>
    public Dim? Symbol(string name)
    {
        if (_sizes.TryGetValue(name, out Dim size))
            return size;
        // PyTorch names the sizes of inputs s and a number; one without a declared range is any size.
        if (!ranges.TryGetValue(name, out var range) && !IsNumbered(name, 's') || IsOfData(name))
            return null;
        var (min, max) = ranges.ContainsKey(name) ? range : (0, Graph.Symbol.Unbounded);
        return _sizes[name] = new Symbol(name, min, max);
    }

    /// <summary>Whether the name has a meaning already.</summary>
    public bool IsBound(string name) => _sizes.ContainsKey(name) || !IsOfData(name);

    /// <summary>Gives a symbol of data its meaning.</summary>
    public void Bind(string name, Dim size) => _sizes[name] = size;

    /// <summary>Declares a tensor input for guards.</summary>
    public void DeclareInput(string name, TensorType type) => _inputs[name] = type;

    /// <summary>Declares an integer input for guards.</summary>
    public void DeclareInput(string name, Dim number) => _numbers[name] = number;

    /// <inheritdoc/>
    // A nested input, L['batch']['ids'], is the placeholder batch_ids.
    public Dim? InputSize(IReadOnlyList<string> keys, long axis) =>
        _inputs.TryGetValue(string.Join('_', keys), out TensorType? type) && axis >= 0 && axis < type.Rank ? type.Shape[(int)axis] : (Dim?)null;

    /// <inheritdoc/>
    public Dim? InputNumber(IReadOnlyList<string> keys) =>
        _numbers.TryGetValue(string.Join('_', keys), out Dim number) ? number : (Dim?)null;

    /// <summary>Whether the text was parsed before.</summary>
    public bool IsKnown(string text) => _texts.ContainsKey(text);

    /// <summary>The size of a recorded expression.</summary>
    /// <exception cref="EvergraphException">The text is not understood.</exception>
    public Dim Parse(string text)
    {
        if (_texts.TryGetValue(text, out Dim size))
            return size;
        return _texts[text] = SymbolicText.ParseSize(text, this, limits.MaxExpressionDepth);
    }

    /// <summary>The size that the file records.</summary>
    /// <exception cref="EvergraphException">The text is not understood.</exception>
    public Dim Parse(ExportedSize size) => size.Expression is null ? size.Value : Parse(size.Expression);

    /// <summary>The conditions in a text.</summary>
    /// <exception cref="EvergraphException">The text is not understood.</exception>
    public IReadOnlyList<Condition> ParseConditions(string text) => SymbolicText.ParseConditions(text, this, limits.MaxExpressionDepth);

    /// <summary>The name of the symbol when the text is one alone, otherwise null.</summary>
    public static string? LoneSymbol(string text)
    {
        const string Start = "Symbol('";
        if (!text.StartsWith(Start, StringComparison.Ordinal))
            return null;
        int end = text.IndexOf('\'', Start.Length);
        return end > 0 && text.IndexOf(')', end) == text.Length - 1 ? text[Start.Length..end] : null;
    }
}
