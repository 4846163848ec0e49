namespace Evergraph.Graph;

/// <summary>The symbols that are defined so far while a graph is verified in order.</summary>
internal sealed class SymbolScope(List<GraphFault> faults)
{
    private readonly Dictionary<string, Symbol> _defined = new(StringComparer.Ordinal);

    // Expressions all of whose symbols are defined; what is defined stays so.
    private readonly HashSet<Polynomial> _sound = new(ReferenceEqualityComparer.Instance);

    /// <summary>Defines the symbols that stand alone in an input.</summary>
    public void DefineByInput(int index, GraphInput input)
    {
        if (input.Number is { } number)
            Define(FaultPlace.Input, index, $"input {input.Name}", number);
        foreach (var dim in input.Type.Shape)
            Define(FaultPlace.Input, index, $"input {input.Name}", dim);
    }

    /// <summary>Compares an inferred type with a recorded one whose fresh symbols bear other names, and defines those.</summary>
    public bool DefineByNode(int node, TensorType inferred, TensorType recorded)
    {
        if (inferred.DType != recorded.DType || inferred.Rank != recorded.Rank)
            return false;
        for (int i = 0; i < inferred.Rank; i++)
        {
            if (IsFresh(inferred.Shape[i]) && IsFresh(recorded.Shape[i]))
                Define(FaultPlace.Node, node, "a data-dependent result", recorded.Shape[i]);
            else if (!inferred.Shape[i].Equals(recorded.Shape[i]) && !inferred.Shape[i].Symbols.Any(symbol => symbol.Kind == SymbolKind.Data))
                return false;
        }

        return true;
    }

    /// <summary>Whether every symbol of a shape is defined. Most are, and only for the others somebody must say where that is.</summary>
    public bool Defines(Shape shape)
    {
        foreach (var dim in shape)
        {
            if (dim.Polynomial is null || _sound.Contains(dim.Polynomial))
                continue;
            foreach (var symbol in dim.Symbols)
            {
                if (!_defined.TryGetValue(symbol.Name, out var known) || !known.Equals(symbol))
                    return false;
            }

            _sound.Add(dim.Polynomial);
        }

        return true;
    }

    /// <summary>Reports the symbols of a shape that nothing defined.</summary>
    public void CheckUse(FaultPlace kind, int index, string place, Shape shape)
    {
        foreach (var dim in shape)
        {
            if (dim.IsConstant)
                continue;
            foreach (var symbol in dim.Symbols)
            {
                if (!_defined.TryGetValue(symbol.Name, out var known))
                    faults.Add(new(kind, index, $"{place}: size {dim} uses symbol {symbol.Name}, which no input and no earlier node defines"));
                else if (!known.Equals(symbol))
                    faults.Add(new(kind, index, $"{place}: symbol {symbol.Name} has range {symbol.Min}..{symbol.Max} here and {known.Min}..{known.Max} where it is defined"));
            }
        }
    }

    private static bool IsFresh(Dim dim) => dim.TryGetSymbol(out var symbol) && symbol.Kind == SymbolKind.Data;

    private void Define(FaultPlace kind, int index, string place, Dim dim)
    {
        if (!dim.TryGetSymbol(out var symbol))
            return;
        if (!_defined.TryAdd(symbol.Name, symbol) && !_defined[symbol.Name].Equals(symbol))
            faults.Add(new(kind, index, $"{place}: symbol {symbol.Name} is declared with two ranges"));
    }
}
