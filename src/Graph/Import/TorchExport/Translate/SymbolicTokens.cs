using System.Globalization;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Python's tokens, as far as symbolic texts use them.</summary>
internal sealed class SymbolicTokens(string text)
{
    private int _at;

    /// <summary>The error at this place.</summary>
    public SymbolicTextException Error(string expected, string? given = null)
    {
        given ??= _at >= text.Length ? "the end" : $"'{text[_at..Math.Min(text.Length, _at + 20)]}'";
        string shown = text.Length > 200 ? text[..200] + "…" : text;
        return new($"\"{shown}\" at character {_at}: expected {expected}, given {given}");
    }

    public bool Peek(string token)
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
        return string.CompareOrdinal(text, _at, token, 0, token.Length) == 0;
    }

    public bool Take(string token)
    {
        bool taken = Peek(token);
        if (taken)
            _at += token.Length;
        return taken;
    }

    public void Expect(string token)
    {
        if (!Take(token))
            throw Error($"'{token}'");
    }

    public void ExpectEnd()
    {
        Peek("");
        if (_at < text.Length)
            throw Error("an operator or the end");
    }

    public bool PeekWord(string word) =>
        Peek(word) && (_at + word.Length == text.Length || !IsNamePart(text[_at + word.Length]));

    public bool TakeWord(string word)
    {
        bool taken = PeekWord(word);
        if (taken)
            _at += word.Length;
        return taken;
    }

    public Relation? TakeRelation() =>
        Take("==") ? Relation.Equal
        : Take("!=") ? Relation.NotEqual
        : Take("<=") ? Relation.LessOrEqual
        : Take(">=") ? Relation.GreaterOrEqual
        : Take("<") ? Relation.Less
        : Take(">") ? Relation.Greater
        : null;

    public bool TakeNumber(out long number) => TakeNumber("", out number);

    /// <summary>A number whose minus sign was taken: -2⁶³ fits, 2⁶³ does not. Not before <c>**</c>, which binds closer.</summary>
    public bool TakeNegative(out long number)
    {
        int start = _at;
        if (!TakeNumber("-", out number))
            return false;
        if (!Peek("**"))
            return true;
        _at = start;
        return false;
    }

    private bool TakeNumber(string sign, out long number)
    {
        number = 0;
        Peek("");
        int start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            _at++;
        if (_at == start)
            return false;
        if (_at < text.Length && (text[_at] == '.' || IsNamePart(text[_at])))
            throw Error("a whole number");
        if (long.TryParse(sign + text[start.._at], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            return true;
        _at = start;
        throw Error("a number of 64 bits");
    }

    public string Name()
    {
        Peek("");
        int start = _at;
        while (_at < text.Length && IsNamePart(text[_at]))
            _at++;
        return _at > start && !char.IsAsciiDigit(text[start]) ? text[start.._at] : throw Error("a name, a number or '('");
    }

    public string Quoted()
    {
        char quote = Peek("'") ? '\'' : Peek("\"") ? '"' : throw Error("a text in quotes");
        int end = text.IndexOf(quote, _at + 1);
        if (end < 0)
            throw Error("a text in quotes that ends");
        string quoted = text[(_at + 1)..end];
        _at = end + 1;
        return quoted;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
