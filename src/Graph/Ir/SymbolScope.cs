namespace Evergraph.Graph;

/// <summary>The symbols that are defined so far while a graph is verified in order.</summary>
internal sealed class SymbolScope(List<GraphFault> faults)
{
    private readonly Dictionary<string, Symbol> _defined = new(StringComparer.Ordinal);

    /// <summary>Defines the symbols that stand alone in an input.</summary>
    public void DefineByInput(GraphInput input)
    {
        if (input.Number is { } number)
            Define(-1, $"input {input.Name}", number);
        foreach (var dim in input.Type.Shape)
            Define(-1, $"input {input.Name}", dim);
    }

    /// <summary>Compares an inferred type with a recorded one whose fresh symbols bear other names, and defines those.</summary>
    public bool DefineByNode(TensorType inferred, TensorType recorded)
    {
        if (inferred.DType != recorded.DType || inferred.Rank != recorded.Rank)
            return false;
        for (int i = 0; i < inferred.Rank; i++)
        {
            if (IsFresh(inferred.Shape[i]) && IsFresh(recorded.Shape[i]))
                Define(-1, "a data-dependent result", recorded.Shape[i]);
            else if (!inferred.Shape[i].Equals(recorded.Shape[i]) && !inferred.Shape[i].Symbols.Any(symbol => symbol.Kind == SymbolKind.Data))
                return false;
        }

        return true;
    }

    /// <summary>Reports the symbols of a shape that nothing defined.</summary>
    public void CheckUse(int node, string place, Shape shape)
    {
        foreach (var dim in shape)
        {
            if (dim.IsConstant)
                continue;
            foreach (var symbol in dim.Symbols)
            {
                if (!_defined.TryGetValue(symbol.Name, out var known))
                    faults.Add(new(node, $"{place}: size {dim} uses symbol {symbol.Name}, which no input and no earlier node defines"));
                else if (!known.Equals(symbol))
                    faults.Add(new(node, $"{place}: symbol {symbol.Name} has range {symbol.Min}..{symbol.Max} here and {known.Min}..{known.Max} where it is defined"));
            }
        }
    }

    private static bool IsFresh(Dim dim) => dim.TryGetSymbol(out var symbol) && symbol.Kind == SymbolKind.Data;

    private void Define(int node, string place, Dim dim)
    {
        if (!dim.TryGetSymbol(out var symbol))
            return;
        if (!_defined.TryAdd(symbol.Name, symbol) && !_defined[symbol.Name].Equals(symbol))
            faults.Add(new(node, $"{place}: symbol {symbol.Name} is declared with two ranges"));
    }
}
