using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// A slot for the value of each symbol of a graph, and when in a run the value is known: at the call, or after a node
/// whose result's size depends on data.
/// </summary>
public sealed class SymbolTable
{
    /// <summary>The place in time before the first node runs.</summary>
    public const int AtCall = -1;

    private readonly Symbol[] _symbols;
    private readonly int[] _definedBy;
    private readonly Dictionary<Symbol, int> _slots;

    /// <summary>Numbers the symbols of a graph that verifies.</summary>
    public SymbolTable(TensorGraph graph)
    {
        _symbols = [.. graph.Symbols()];
        _definedBy = new int[_symbols.Length];
        _slots = new(_symbols.Length);
        for (int i = 0; i < _symbols.Length; i++)
        {
            _slots.Add(_symbols[i], i);
            _definedBy[i] = int.MaxValue;
        }

        foreach (var input in graph.Inputs)
        {
            foreach (var size in input.Type.Shape)
                Define(size, AtCall);
            if (input.Number is { } number)
                Define(number, AtCall);
        }

        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            foreach (var type in graph.Nodes[i].OutputTypes)
            {
                foreach (var size in type.Shape)
                    Define(size, i);
            }
        }
    }

    /// <summary>How many symbols there are.</summary>
    public int Count => _symbols.Length;

    /// <summary>The symbols, in slot order.</summary>
    public IReadOnlyList<Symbol> Symbols => _symbols;

    /// <summary>The slot of a symbol of the graph.</summary>
    public int SlotOf(Symbol symbol) => _slots[symbol];

    /// <summary>The node that gives a symbol its value, or <see cref="AtCall"/>.</summary>
    public int DefinedBy(Symbol symbol) => _slots.TryGetValue(symbol, out int slot) && _definedBy[slot] != int.MaxValue
        ? _definedBy[slot]
        : throw new EvergraphException($"nothing gives symbol {symbol.Name} a value: expected an input or a data-dependent result with a size that is {symbol.Name} alone");

    /// <summary>The node after which a size can be evaluated, or <see cref="AtCall"/>.</summary>
    public int KnownAfter(Dim size)
    {
        int node = AtCall;
        if (!size.IsConstant)
        {
            foreach (var symbol in size.Symbols)
                node = Math.Max(node, DefinedBy(symbol));
        }

        return node;
    }

    private void Define(Dim size, int node)
    {
        if (size.TryGetSymbol(out var symbol) && _definedBy[_slots[symbol]] == int.MaxValue)
            _definedBy[_slots[symbol]] = node;
    }
}
