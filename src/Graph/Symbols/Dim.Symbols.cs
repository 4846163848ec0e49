using System.Diagnostics.CodeAnalysis;

namespace Evergraph.Graph;

public readonly partial struct Dim
{
    /// <summary>Whether this is a symbol alone, not an expression over symbols.</summary>
    public bool TryGetSymbol([NotNullWhen(true)] out Symbol? symbol)
    {
        symbol = null;
        if (Polynomial is null || Constant != 0)
            return false;
        var symbols = Symbols;
        if (symbols.Count != 1 || !Equals((Dim)symbols[0]))
            return false;
        symbol = symbols[0];
        return true;
    }
}
