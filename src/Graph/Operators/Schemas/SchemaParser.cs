using System;
using System.Collections.Generic;

namespace Evergraph.Graph;

/// <summary>Reads PyTorch's schema language. Nothing in the language nests, so no text makes the parser recurse.</summary>
internal sealed class SchemaParser
{
    private static readonly Dictionary<string, SchemaKind> Kinds = new(StringComparer.Ordinal)
    {
        ["Tensor"] = SchemaKind.Tensor,
        ["SymInt"] = SchemaKind.SymInt,
        ["int"] = SchemaKind.Int,
        ["float"] = SchemaKind.Float,
        ["bool"] = SchemaKind.Bool,
        ["str"] = SchemaKind.String,
        ["Scalar"] = SchemaKind.Scalar,
        ["ScalarType"] = SchemaKind.ScalarType,
        ["Layout"] = SchemaKind.Layout,
        ["Device"] = SchemaKind.Device,
        ["MemoryFormat"] = SchemaKind.MemoryFormat,
    };

    private readonly SchemaCursor _cursor;

    public SchemaParser(string text)
    {
        if (text.Length > OperatorSchema.MaxLength)
        {
            throw new SchemaFormatException(
                OperatorSchema.MaxLength, $"at most {OperatorSchema.MaxLength} characters", $"{text.Length} characters");
        }

        _cursor = new(text);
    }

    public OperatorSchema ParseSchema()
    {
        string space = _cursor.TakeName("a namespace, as in aten::add");
        _cursor.Take("::", "'::' between namespace and name");
        string name = _cursor.TakeName("a name");
        string overload = _cursor.TryTake('.') ? _cursor.TakeName("an overload name") : "";
        _cursor.Take("(", "'(' before the parameters");
        var arguments = ParseArguments();
        _cursor.Take("->", "'->' before the results");
        var returns = ParseReturns();
        return _cursor.AtEnd
            ? new(space, name, overload, arguments, returns)
            : throw _cursor.Unexpected("the end of the text");
    }

    private List<SchemaArgument> ParseArguments()
    {
        var arguments = new List<SchemaArgument>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (_cursor.TryTake(')'))
            return arguments;
        bool keywordOnly = false;
        while (true)
        {
            if (!keywordOnly && _cursor.TryTake('*'))
            {
                keywordOnly = true;
                _cursor.Take(",", "',' and a parameter behind the '*'");
                continue;
            }

            arguments.Add(ParseArgument(keywordOnly, names));
            if (_cursor.TryTake(')'))
                return arguments;
            _cursor.Take(",", "',' or ')' behind a parameter");
        }
    }

    private SchemaArgument ParseArgument(bool keywordOnly, HashSet<string> names)
    {
        var type = ParseType("a parameter's type", out string? alias);
        int place = _cursor.Position;
        string name = _cursor.TakeName("a parameter's name");
        if (!names.Add(name))
            throw _cursor.UnexpectedAt(place, "a parameter's name that is not taken", $"'{name}' again");
        var value = _cursor.TryTake('=') ? new SchemaDefaultParser(_cursor, type).Parse() : null;
        return new(name, type, value, keywordOnly, alias);
    }

    private List<SchemaReturn> ParseReturns()
    {
        var returns = new List<SchemaReturn>();
        if (!_cursor.TryTake('('))
        {
            returns.Add(ParseReturn(named: false, []));
            return returns;
        }

        if (_cursor.TryTake(')'))
            return returns;
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            returns.Add(ParseReturn(named: true, names));
            if (_cursor.TryTake(')'))
                return returns;
            _cursor.Take(",", "',' or ')' behind a result");
        }
    }

    private SchemaReturn ParseReturn(bool named, HashSet<string> names)
    {
        var type = ParseType("a result's type", out string? alias);
        int place = _cursor.Position;
        if (!named || !SchemaCursor.IsNameStart(_cursor.Peek()))
            return new(type, null, alias);
        string name = _cursor.TakeName("a result's name");
        return names.Add(name)
            ? new(type, name, alias)
            : throw _cursor.UnexpectedAt(place, "a result's name that is not taken", $"'{name}' again");
    }

    private SchemaType ParseType(string expected, out string? alias)
    {
        int place = _cursor.Position;
        string name = _cursor.TakeName(expected);
        if (!Kinds.TryGetValue(name, out var kind))
            throw _cursor.UnexpectedAt(place, $"{expected} ({string.Join(", ", Kinds.Keys)})", $"'{name}'");
        alias = _cursor.TryTake('(') ? ParseAlias() : null;
        bool optional = _cursor.TryTake('?');
        if (!_cursor.TryTake('['))
            return new(kind, isOptional: optional);
        int? length = _cursor.Peek() == ']' ? null : ParseFixedLength();
        _cursor.Take("]", "']'");

        // PyTorch writes the alias of a list behind the brackets as well: Tensor[](a!).
        if (alias is null && _cursor.TryTake('('))
            alias = ParseAlias();
        bool listOptional = _cursor.TryTake('?');
        return _cursor.Peek() == '['
            ? throw _cursor.Unexpected("a parameter's name: lists of lists are not supported")
            : new(kind, isList: true, listOptional, optional, length);
    }

    private int ParseFixedLength()
    {
        int place = _cursor.Position;
        string text = _cursor.TakeNumber("']' or a length");
        return int.TryParse(text, out int length) && length is >= 1 and <= OperatorSchema.MaxFixedLength
            ? length
            : throw _cursor.UnexpectedAt(place, $"a length from 1 to {OperatorSchema.MaxFixedLength}", $"'{text}'");
    }

    private string ParseAlias()
    {
        string alias = ParseAliasSet();
        if (_cursor.TryTake("->"))
            alias += " -> " + ParseAliasSet();
        _cursor.Take(")", "')' behind an alias annotation");
        return alias;
    }

    private string ParseAliasSet()
    {
        string alias = "";
        do
        {
            string name = _cursor.TryTake('*') ? "*" : _cursor.TakeName("an alias set, as in Tensor(a!)");
            alias += (alias.Length == 0 ? "" : "|") + name;
        }
        while (_cursor.TryTake('|'));
        return _cursor.TryTake('!') ? alias + "!" : alias;
    }
}
