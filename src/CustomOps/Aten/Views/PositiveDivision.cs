namespace Evergraph.CustomOps.Aten;

/// <summary>Division by a size that an operator requires to be at least 1, whatever its range says.</summary>
internal static class PositiveDivision
{
    /// <summary>
    /// floor(dividend / divisor) where every factor of the divisor is at least 1: a symbol that is a factor by itself cancels
    /// though its own range begins at 0.
    /// </summary>
    public static Dim Floor(Dim dividend, Dim divisor, params IEnumerable<Dim> factors)
    {
        var positive = new Dictionary<Symbol, Symbol>();
        foreach (var factor in factors)
        {
            if (factor.TryGetSymbol(out var symbol) && symbol.Min < 1 && symbol.Max >= 1)
                positive[symbol] = new(symbol.Name, 1, symbol.Max, symbol.Kind);
        }

        if (positive.Count == 0)
            return dividend / divisor;
        var given = positive.ToDictionary(pair => pair.Value, pair => pair.Key);
        Dim Raise(Symbol symbol) => positive.GetValueOrDefault(symbol, symbol);
        Dim quotient = dividend.Substitute(Raise) / divisor.Substitute(Raise);
        return quotient.Substitute(symbol => given.GetValueOrDefault(symbol, symbol));
    }
}
