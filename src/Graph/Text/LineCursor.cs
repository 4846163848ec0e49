namespace Evergraph.Graph.Text;

/// <summary>Reads one line of graph text from left to right.</summary>
internal sealed class LineCursor(string text, int line)
{
    private int _position;

    public bool AtEnd => _position >= text.Length;

    public GraphTextException Error(string expected) => new(
        line,
        $"column {_position + 1}: expected {expected}, given {(AtEnd ? "the end of the line" : $"'{text[_position..Math.Min(text.Length, _position + 24)]}'")}");

    public GraphTextException Fault(string message) => new(line, message);

    public bool TryTake(string token)
    {
        if (!text.AsSpan(_position).StartsWith(token, StringComparison.Ordinal))
            return false;
        _position += token.Length;
        return true;
    }

    public void Take(string token)
    {
        if (!TryTake(token))
            throw Error($"'{token}'");
    }

    public int TakeInteger()
    {
        int start = _position;
        while (_position < text.Length && char.IsAsciiDigit(text[_position]))
            _position++;
        if (!int.TryParse(text.AsSpan(start, _position - start), out int integer))
        {
            _position = start;
            throw Error("a number");
        }

        return integer;
    }

    public string TakeName(string expected)
    {
        int start = _position;
        while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] is '_' or ':' or '.'))
            _position++;
        return _position > start ? text[start.._position] : throw Error(expected);
    }

    public string TakeQuoted()
    {
        Take("\"");
        var unquoted = new System.Text.StringBuilder();
        while (!AtEnd && text[_position] != '"')
        {
            if (text[_position] == '\\' && _position + 1 < text.Length)
            {
                _position++;
                unquoted.Append(text[_position] switch { 'n' => '\n', 'r' => '\r', var other => other });
            }
            else
            {
                unquoted.Append(text[_position]);
            }

            _position++;
        }

        Take("\"");
        return unquoted.ToString();
    }

    /// <summary>Everything up to one of the characters that stands outside brackets and quotes, or up to the end.</summary>
    public string TakeUntil(params ReadOnlySpan<char> stops)
    {
        int start = _position;
        int depth = 0;
        bool quoted = false;
        for (; _position < text.Length; _position++)
        {
            char c = text[_position];
            if (quoted)
            {
                if (c == '\\')
                    _position++;
                else if (c == '"')
                    quoted = false;
                continue;
            }

            if (depth == 0 && stops.Contains(c))
                break;
            quoted = c == '"';
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
        }

        _position = Math.Min(_position, text.Length);
        return text[start.._position].Trim();
    }
}
