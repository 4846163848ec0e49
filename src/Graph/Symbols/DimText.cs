using System.Globalization;

namespace Evergraph.Graph;

/// <summary>
/// Reads what <see cref="Dim.ToString"/> and <see cref="Condition.ToString"/> write: whole numbers, names,
/// <c>+ - * // % **</c>, <c>min(…)</c>, <c>max(…)</c>, parentheses, with Python's precedence.
/// </summary>
public static class DimText
{
    /// <summary>Parses a size.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="symbol">The symbol of a name; null when there is none.</param>
    /// <exception cref="DimFormatException">The text is not a size expression, or names an unknown symbol.</exception>
    /// <exception cref="DimOverflowException">A constant does not fit in 64 bits.</exception>
    public static Dim Parse(string text, Func<string, Symbol?> symbol)
    {
        var parser = new Parser(text, symbol);
        Dim dim = parser.Sum();
        parser.End("an operator or the end");
        return dim;
    }

    /// <summary>Parses a comparison of two sizes, such as <c>s0 + 1 == 4</c>.</summary>
    /// <exception cref="DimFormatException">The text is not a comparison of sizes, or names an unknown symbol.</exception>
    /// <exception cref="DimOverflowException">A constant does not fit in 64 bits.</exception>
    public static Condition ParseCondition(string text, Func<string, Symbol?> symbol)
    {
        var parser = new Parser(text, symbol);
        Dim left = parser.Sum();
        Relation relation = parser.Relation();
        Dim right = parser.Sum();
        parser.End("an operator or the end");
        return new Condition(left, relation, right);
    }

    private sealed class Parser
    {
        private const int MostDepth = 128;
        private readonly string _text;
        private readonly Func<string, Symbol?> _symbol;
        private int _at;
        private int _depth;

        public Parser(string text, Func<string, Symbol?> symbol)
        {
            if (text.Length > DimLimits.TextLength)
                throw new DimFormatException($"size expression: at most {DimLimits.TextLength} characters, given {text.Length}", DimLimits.TextLength);
            _text = text;
            _symbol = symbol;
        }

        public Dim Sum()
        {
            if (++_depth > MostDepth)
                throw Error($"at most {MostDepth} levels of nesting");
            Dim result = Product();
            while (true)
            {
                if (Take("+"))
                    result += Product();
                else if (Take("-"))
                    result -= Product();
                else
                    break;
            }
            _depth--;
            return result;
        }

        public Relation Relation()
        {
            // The longer ones first: < is the start of <=.
            ReadOnlySpan<Relation> relations =
            [
                Graph.Relation.Equal, Graph.Relation.NotEqual, Graph.Relation.LessOrEqual,
                Graph.Relation.GreaterOrEqual, Graph.Relation.Less, Graph.Relation.Greater,
            ];
            foreach (Relation relation in relations)
            {
                if (Take(Condition.Symbol(relation)))
                    return relation;
            }
            throw Error("==, !=, <, <=, > or >=");
        }

        public void End(string expected)
        {
            SkipSpace();
            if (_at < _text.Length)
                throw Error(expected);
        }

        private Dim Product()
        {
            Dim result = Unary();
            while (true)
            {
                int start = _at;
                if (Take("//"))
                    result = Divide(result, start, Dim.FloorDiv);
                else if (Take("%"))
                    result = Divide(result, start, Dim.Mod);
                else if (!Peek("**") && Take("*"))
                    result *= Unary();
                else
                    return result;
            }
        }

        private Dim Divide(Dim dividend, int start, Func<Dim, Dim, Dim> divide)
        {
            Dim divisor = Unary();
            if (divisor.TryGetConstant(out long number) && number == 0)
            {
                _at = start;
                throw Error("a divisor that is not 0");
            }
            return divide(dividend, divisor);
        }

        private Dim Unary()
        {
            bool negative = false;
            while (Take("-"))
                negative = !negative;
            SkipSpace();
            if (negative && _at < _text.Length && char.IsAsciiDigit(_text[_at]))
            {
                // -9223372036854775808 fits, its positive part does not.
                int start = _at;
                long value = Number(negative: true);
                if (!Peek("**"))
                    return value;
                _at = start;
            }
            Dim power = Power();
            return negative ? -power : power;
        }

        private Dim Power()
        {
            Dim @base = Primary();
            if (!Take("**"))
                return @base;
            SkipSpace();
            int start = _at;
            long exponent = _at < _text.Length && char.IsAsciiDigit(_text[_at]) ? Number(negative: false) : -1;
            if (exponent is < 0 or > DimLimits.Degree)
            {
                _at = start;
                throw Error($"a whole exponent from 0 to {DimLimits.Degree}");
            }
            Dim result = 1;
            for (long i = 0; i < exponent; i++)
                result *= @base;
            return result;
        }

        private Dim Primary()
        {
            SkipSpace();
            if (_at == _text.Length)
                throw Error("a number, a symbol, min, max or '('");
            if (char.IsAsciiDigit(_text[_at]))
                return Number(negative: false);
            if (Take("("))
            {
                Dim inner = Sum();
                return Take(")") ? inner : throw Error("')'");
            }
            int start = _at;
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
                _at++;
            if (_at == start)
                throw Error("a number, a symbol, min, max or '('");
            string name = _text[start.._at];
            if ((name is "min" or "max") && Take("("))
                return Extremum(name == "min");
            if (_symbol(name) is { } symbol)
                return symbol;
            _at = start;
            throw Error("the name of a declared symbol");
        }

        private Dim Extremum(bool minimum)
        {
            var arguments = new List<Dim>();
            do
            {
                if (arguments.Count == DimLimits.Arguments)
                    throw Error($"at most {DimLimits.Arguments} arguments");
                arguments.Add(Sum());
            }
            while (Take(","));
            if (!Take(")"))
                throw Error("',' or ')'");
            return minimum ? Dim.Min([.. arguments]) : Dim.Max([.. arguments]);
        }

        private long Number(bool negative)
        {
            int start = _at;
            while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
                _at++;
            string digits = (negative ? "-" : "") + _text[start.._at];
            if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
                return value;
            _at = start;
            throw Error("a number of 64 bits");
        }

        private bool Peek(string token)
        {
            SkipSpace();
            return string.CompareOrdinal(_text, _at, token, 0, token.Length) == 0;
        }

        private bool Take(string token)
        {
            if (!Peek(token))
                return false;
            _at += token.Length;
            return true;
        }

        private void SkipSpace()
        {
            while (_at < _text.Length && (_text[_at] is ' ' or '\t'))
                _at++;
        }

        private DimFormatException Error(string expected)
        {
            int end = Math.Min(_text.Length, _at + 20);
            string given = _at >= _text.Length ? "the end" : $"'{_text[_at..end]}'";
            string shown = _text.Length > 200 ? _text[..200] + "…" : _text;
            return new DimFormatException($"size expression \"{shown}\" at character {_at}: expected {expected}, given {given}", _at);
        }
    }
}
