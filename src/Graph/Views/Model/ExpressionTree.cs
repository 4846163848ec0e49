using System.Text.Json;

namespace Evergraph.Graph.Views;

/// <summary>Writes a size as a tree that scripts evaluate: a number, a symbol's name, or an operator with its operands.</summary>
internal static class ExpressionTree
{
    public static void Write(Dim dim, Utf8JsonWriter json)
    {
        if (dim.Polynomial is null)
        {
            json.WriteNumberValue(dim.Constant);
            return;
        }

        var terms = dim.Polynomial.Terms;
        bool isSum = terms.Length > 1 || dim.Constant != 0;
        if (isSum)
            Open("+", json);
        foreach (var term in terms)
            Write(term, json);
        if (dim.Constant != 0)
            json.WriteNumberValue(dim.Constant);
        if (isSum)
            json.WriteEndArray();
    }

    private static void Write(Term term, Utf8JsonWriter json)
    {
        bool isProduct = term.Coefficient != 1 || term.Monomial.Factors is not [{ Power: 1 }];
        if (isProduct)
            Open("*", json);
        if (term.Coefficient != 1)
            json.WriteNumberValue(term.Coefficient);
        foreach (var factor in term.Monomial.Factors)
        {
            for (int i = 0; i < factor.Power; i++)
                Write(factor.Atom, json);
        }

        if (isProduct)
            json.WriteEndArray();
    }

    private static void Write(Atom atom, Utf8JsonWriter json)
    {
        switch (atom)
        {
            case SymbolAtom symbol:
                json.WriteStringValue(symbol.Symbol.Name);
                return;
            case FloorDivisionAtom division:
                Open("//", json);
                Write(division.Dividend, json);
                Write(division.Divisor, json);
                break;
            case ExtremumAtom extremum:
                Open(extremum.Kind == AtomKind.Minimum ? "min" : "max", json);
                foreach (var argument in extremum.Arguments)
                    Write(argument, json);
                break;
        }

        json.WriteEndArray();
    }

    private static void Open(string name, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        json.WriteStringValue(name);
    }
}
