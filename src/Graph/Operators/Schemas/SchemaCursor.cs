using System.Globalization;

namespace Evergraph.Graph;

/// <summary>A place in a schema's text: reads words and punctuation, skips spaces, and names what it finds in errors.</summary>
internal sealed class SchemaCursor(string text)
{
    private int _position;

    /// <summary>The place of the next character that is not a space.</summary>
    public int Position
    {
        get
        {
            SkipSpaces();
            return _position;
        }
    }

    public bool AtEnd => Position >= text.Length;

    /// <summary>The next character after spaces, or NUL at the end.</summary>
    public char Peek() => AtEnd ? '\0' : text[_position];

    public bool TryTake(char c)
    {
        if (AtEnd || text[_position] != c)
            return false;
        _position++;
        return true;
    }

    public bool TryTake(string symbol)
    {
        if (string.CompareOrdinal(text, Position, symbol, 0, symbol.Length) != 0)
            return false;
        _position += symbol.Length;
        return true;
    }

    public void Take(string symbol, string expected)
    {
        if (!TryTake(symbol))
            throw Unexpected(expected);
    }

    /// <summary>Reads a name: a letter or underscore, then letters, digits and underscores, all ASCII.</summary>
    public string TakeName(string expected)
    {
        int start = Position;
        if (!IsNameStart(Peek()))
            throw Unexpected(expected);
        while (_position < text.Length && (IsNameStart(text[_position]) || IsDigit(text[_position])))
            _position++;
        return text.Substring(start, _position - start);
    }

    /// <summary>Reads a run of characters that can occur in a number.</summary>
    public string TakeNumber(string expected)
    {
        int start = Position;
        while (_position < text.Length && IsNumberPart(start))
            _position++;
        return _position > start ? text.Substring(start, _position - start) : throw Unexpected(expected);
    }

    /// <summary>Reads one character, spaces included.</summary>
    public char TakeRaw(string expected) => _position < text.Length ? text[_position++] : throw Unexpected(expected);

    public SchemaFormatException Unexpected(string expected) => new(Position, expected, Describe(_position));

    public SchemaFormatException UnexpectedAt(int position, string expected, string given) => new(position, expected, given);

    public static bool IsNameStart(char c) => c is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    public static bool IsDigit(char c) => c is >= '0' and <= '9';

    private bool IsNumberPart(int start)
    {
        char c = text[_position];
        bool isSign = c is '-' or '+' && (_position == start || text[_position - 1] is 'e' or 'E');
        return IsDigit(c) || c is '.' || isSign || (c is 'e' or 'E' && _position > start);
    }

    private string Describe(int position)
    {
        if (position >= text.Length)
            return "the end of the text";
        char c = text[position];
        if (IsNameStart(c))
        {
            int end = position;
            while (end < text.Length && end - position < 40 && (IsNameStart(text[end]) || IsDigit(text[end])))
                end++;
            return $"'{text.Substring(position, end - position)}'";
        }

        return c is < ' ' or > '~' ? "character U+" + ((int)c).ToString("X4", CultureInfo.InvariantCulture) : $"'{c}'";
    }

    private void SkipSpaces()
    {
        while (_position < text.Length && text[_position] is ' ' or '\t' or '\n' or '\r')
            _position++;
    }
}
