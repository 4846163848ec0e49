using System.Globalization;
using System.Text;

namespace Evergraph.Graph;

/// <summary>Writes a <see cref="Dim"/> as Python would: <c>16*s0</c>, <c>(s0 + 1) // 2</c>, <c>min(s0, 1)</c>.</summary>
internal static class DimPrinter
{
    public static string Print(Dim dim)
    {
        if (dim.Polynomial is null)
            return dim.Constant.ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        Write(dim, text);
        return text.ToString();
    }

    private static void Write(Dim dim, StringBuilder text)
    {
        if (dim.Polynomial is null)
        {
            text.Append(CultureInfo.InvariantCulture, $"{dim.Constant}");
            return;
        }
        if (IsRemainder(dim, out FloorDivisionAtom? remainder))
        {
            WriteOperand(remainder!.Dividend, text);
            text.Append(" % ");
            WriteOperand(remainder.Divisor, text);
            return;
        }
        Term[] terms = dim.Polynomial.Terms;
        // A sum reads better when it does not start with a minus: 4*(n // 4) - n.
        int first = Math.Max(0, Array.FindIndex(terms, term => term.Coefficient > 0));
        bool constantFirst = dim.Constant > 0 && terms[first].Coefficient < 0;
        if (constantFirst)
            text.Append(CultureInfo.InvariantCulture, $"{dim.Constant}");
        else
            WriteTerm(terms[first], leading: true, text);
        for (int i = 0; i < terms.Length; i++)
        {
            if (constantFirst || i != first)
                WriteTerm(terms[i], leading: false, text);
        }
        if (!constantFirst && dim.Constant != 0)
            text.Append(CultureInfo.InvariantCulture, $" {(dim.Constant < 0 ? '-' : '+')} {Magnitude(dim.Constant)}");
    }

    // a - b*(a // b), whose parser gives the same form back.
    private static bool IsRemainder(Dim dim, out FloorDivisionAtom? remainder)
    {
        remainder = null;
        foreach (Term term in dim.Polynomial!.Terms)
        {
            foreach (Factor factor in term.Monomial.Factors)
            {
                if (factor.Power != 1 || factor.Atom is not FloorDivisionAtom atom || atom.Dividend.Size >= dim.Size
                    || !Split.Linear(dim, atom, out Dim rest, out Dim slope))
                {
                    continue;
                }
                if (!rest.Equals(atom.Dividend) || slope.Constant == long.MinValue || !(-slope).Equals(atom.Divisor))
                    continue;
                remainder = atom;
                return true;
            }
        }
        return false;
    }

    private static void WriteTerm(Term term, bool leading, StringBuilder text)
    {
        bool negative = term.Coefficient < 0;
        if (leading)
            text.Append(negative ? "-" : "");
        else
            text.Append(negative ? " - " : " + ");
        ulong magnitude = Magnitude(term.Coefficient);
        if (magnitude != 1)
            text.Append(CultureInfo.InvariantCulture, $"{magnitude}*");
        bool product = magnitude != 1 || negative || term.Monomial.Factors.Length > 1;
        for (int i = 0; i < term.Monomial.Factors.Length; i++)
        {
            Factor factor = term.Monomial.Factors[i];
            if (i > 0)
                text.Append('*');
            // Division binds like a product, so beside other factors it needs parentheses.
            bool parentheses = factor.Atom is FloorDivisionAtom && (product || factor.Power > 1);
            text.Append(parentheses ? "(" : "");
            WriteAtom(factor.Atom, text);
            text.Append(parentheses ? ")" : "");
            if (factor.Power > 1)
                text.Append(CultureInfo.InvariantCulture, $"**{factor.Power}");
        }
    }

    private static void WriteAtom(Atom atom, StringBuilder text)
    {
        switch (atom)
        {
            case SymbolAtom symbol:
                text.Append(symbol.Symbol.Name);
                break;
            case FloorDivisionAtom division:
                WriteOperand(division.Dividend, text);
                text.Append(" // ");
                WriteOperand(division.Divisor, text);
                break;
            case ExtremumAtom extremum:
                text.Append(extremum.Kind == AtomKind.Minimum ? "min(" : "max(");
                // The canonical order puts numbers last, as one writes min(s0, 1).
                for (int i = 0; i < extremum.Arguments.Length; i++)
                {
                    text.Append(i > 0 ? ", " : "");
                    Write(extremum.Arguments[i], text);
                }
                text.Append(')');
                break;
        }
    }

    // An operand of // or %: a number, a symbol, a minimum or a maximum stands as it is.
    private static void WriteOperand(Dim dim, StringBuilder text)
    {
        bool bare = dim.Polynomial is null
            ? dim.Constant >= 0
            : dim.Constant == 0 && dim.Polynomial.Terms is [{ Coefficient: 1 } only] && (only.Monomial.SingleAtom is SymbolAtom or ExtremumAtom);
        text.Append(bare ? "" : "(");
        Write(dim, text);
        text.Append(bare ? "" : ")");
    }

    private static ulong Magnitude(long value) => value < 0 ? unchecked((ulong)-value) : (ulong)value;
}
