using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Evergraph.Graph;

/// <summary>Reads the default of a parameter as a value of the parameter's type.</summary>
internal sealed class SchemaDefaultParser(SchemaCursor cursor, SchemaType type)
{
    public SchemaDefault Parse()
    {
        char next = cursor.Peek();
        if (SchemaCursor.IsNameStart(next))
            return ParseWord();
        if (type.IsList)
            return next == '[' ? ParseList() : ParseRepeated();
        return type.Kind switch
        {
            SchemaKind.Int or SchemaKind.SymInt => SchemaDefault.Of(ParseInt()),
            SchemaKind.Float => SchemaDefault.Of(ParseFloat()),
            SchemaKind.Scalar => ParseScalar(),
            SchemaKind.String or SchemaKind.Device or SchemaKind.Layout or SchemaKind.MemoryFormat when next is '"' or '\'' => ParseString(),
            _ => throw cursor.Unexpected($"a default for {type}"),
        };
    }

    private SchemaDefault ParseWord()
    {
        int place = cursor.Position;
        string word = cursor.TakeName("a default");
        switch (word)
        {
            case "None" when type.IsOptional:
                return SchemaDefault.None;
            case "True" or "False" when !type.IsList && type.Kind is SchemaKind.Bool or SchemaKind.Scalar:
                return SchemaDefault.Of(word == "True");
            case "True" or "False" when type.IsList && type.Kind is SchemaKind.Bool && type.FixedLength is { } length:
                return SchemaDefault.Of(Enumerable.Repeat(word == "True", length).ToArray());
            case "None" or "True" or "False":
                throw cursor.UnexpectedAt(place, $"a default for {type}", word);
        }

        // Enumerations are written by name, and so are the reductions of losses, which are plain ints.
        bool isNamed = type.Kind is SchemaKind.ScalarType or SchemaKind.Layout or SchemaKind.Device or SchemaKind.MemoryFormat
            || (type.Kind is SchemaKind.Int && word is "Mean" or "Sum");
        return isNamed && !type.IsList
            ? SchemaDefault.OfConstant(word)
            : throw cursor.UnexpectedAt(place, $"a default for {type}", $"'{word}'");
    }

    /// <summary>A single number stands for every item of a list of fixed length.</summary>
    private SchemaDefault ParseRepeated()
    {
        if (type.FixedLength is not { } length)
            throw cursor.Unexpected($"'[' before a default for {type}");
        return type.Kind switch
        {
            SchemaKind.Int or SchemaKind.SymInt => SchemaDefault.Of(Enumerable.Repeat(ParseInt(), length).ToArray()),
            SchemaKind.Float => SchemaDefault.Of(Enumerable.Repeat(ParseFloat(), length).ToArray()),
            _ => throw cursor.Unexpected($"a default for {type}"),
        };
    }

    private SchemaDefault ParseList()
    {
        cursor.Take("[", "'['");
        switch (type.Kind)
        {
            case SchemaKind.Int or SchemaKind.SymInt:
                return SchemaDefault.Of(ParseItems(ParseInt));
            case SchemaKind.Float:
                return SchemaDefault.Of(ParseItems(ParseFloat));
            case SchemaKind.Bool:
                return SchemaDefault.Of(ParseItems(ParseBool));
            default:
                throw cursor.Unexpected($"no list as the default of {type}");
        }
    }

    private List<T> ParseItems<T>(System.Func<T> parseItem)
    {
        var items = new List<T>();
        if (cursor.TryTake(']'))
            return items;
        while (true)
        {
            items.Add(parseItem());
            if (cursor.TryTake(']'))
                return items;
            cursor.Take(",", "',' or ']' behind an item");
        }
    }

    private bool ParseBool()
    {
        int place = cursor.Position;
        string word = cursor.TakeName("True or False");
        return word switch
        {
            "True" => true,
            "False" => false,
            _ => throw cursor.UnexpectedAt(place, "True or False", $"'{word}'"),
        };
    }

    private long ParseInt()
    {
        int place = cursor.Position;
        string text = cursor.TakeNumber($"a default for {type}");
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw cursor.UnexpectedAt(place, "a 64-bit integer", $"'{text}'");
    }

    private double ParseFloat()
    {
        int place = cursor.Position;
        string text = cursor.TakeNumber($"a default for {type}");
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && !double.IsInfinity(value) && !double.IsNaN(value)
            ? value
            : throw cursor.UnexpectedAt(place, "a finite number", $"'{text}'");
    }

    private SchemaDefault ParseScalar()
    {
        int place = cursor.Position;
        string text = cursor.TakeNumber($"a default for {type}");
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
            return SchemaDefault.Of(integer);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && !double.IsInfinity(number) && !double.IsNaN(number)
            ? SchemaDefault.Of(number)
            : throw cursor.UnexpectedAt(place, "a finite number", $"'{text}'");
    }

    private SchemaDefault ParseString()
    {
        int place = cursor.Position;
        string unterminated = $"a closing quote for the text that begins at character {place + 1}";
        char quote = cursor.TakeRaw("a quote");
        var text = new StringBuilder();
        while (true)
        {
            char c = cursor.TakeRaw(unterminated);
            if (c == quote)
                return SchemaDefault.OfString(text.ToString());
            if (c is '\n' or '\r')
                throw cursor.Unexpected(unterminated);
            if (c == '\\')
            {
                int escape = cursor.Position;
                c = cursor.TakeRaw(unterminated) switch
                {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    '\\' => '\\',
                    '"' => '"',
                    '\'' => '\'',
                    var other => throw cursor.UnexpectedAt(escape, "one of n, r, t, \\, \" and ' behind a backslash", $"'{other}'"),
                };
            }

            text.Append(c);
        }
    }
}
