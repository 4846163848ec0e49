namespace Evergraph.Graph.Views;

/// <summary>Finds where the symbols of graphs are declared.</summary>
internal static class DeclaredSymbols
{
    /// <summary>Each symbol once, in the order in which the stages declare them.</summary>
    public static IReadOnlyList<ViewSymbol> Of(IEnumerable<TensorGraph> stages)
    {
        var declared = new Dictionary<Symbol, string>();
        var order = new List<Symbol>();
        foreach (var graph in stages)
        {
            foreach (var symbol in graph.Symbols())
            {
                if (declared.TryAdd(symbol, ""))
                    order.Add(symbol);
            }

            void Declare(Dim dim, Func<string> place)
            {
                if (dim.TryGetSymbol(out var symbol) && declared[symbol].Length == 0)
                    declared[symbol] = place();
            }

            foreach (var input in graph.Inputs)
            {
                if (input.Number is { } number)
                    Declare(number, () => $"input {input.Name}, its value");
                for (int axis = 0; axis < input.Type.Rank; axis++)
                    Declare(input.Type.Shape[axis], () => $"input {input.Name}, axis {axis}");
            }

            foreach (var node in graph.Nodes.Where(node => node.Operator.Has(OperatorTraits.DataDependent)))
            {
                foreach (var size in node.OutputTypes.SelectMany(type => type.Shape))
                    Declare(size, () => $"a result of {node}");
            }
        }

        return [.. order.Select(symbol => new ViewSymbol(symbol, declared[symbol]))];
    }
}
