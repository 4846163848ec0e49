using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Evergraph.Graph.Import;

/// <summary>A node, for errors.</summary>
/// <param name="Outer">The nodes around it, as text.</param>
/// <param name="Index">Its place in its graph; below zero is none.</param>
/// <param name="Target">What it calls, or null when not yet read.</param>
internal readonly record struct NodePlace(string Outer, int Index, string? Target)
{
    public static readonly NodePlace None = new("", -1, null);

    public string Prefix => Index < 0 ? Outer : $"{Outer}node {Index}{(Target is null ? "" : $" ({Target})")}: ";
}

/// <summary>
/// Walks JSON forward with errors that name the file and the node. Null properties are passed over, since in these files
/// missing and null mean the same.
/// </summary>
internal ref struct JsonCursor
{
    private const int MaxDepth = 512;

    private readonly ReadOnlySpan<byte> _json;
    private readonly Utf8Interner _strings;
    private readonly string _place;
    private Utf8JsonReader _reader;
    private ReadOnlySpan<byte> _property;

    public JsonCursor(ReadOnlySpan<byte> json, string place)
    {
        _json = BareNumbers.Quote(json);
        _strings = new();
        _place = place;
        _reader = new(_json, new JsonReaderOptions { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow });
    }

    /// <summary>The node that is being read, for errors.</summary>
    public NodePlace Node { get; set; } = NodePlace.None;

    /// <summary>The name of the property whose value is current.</summary>
    public readonly string Property => Encoding.UTF8.GetString(_property);

    /// <summary>Moves to the next token.</summary>
    public void Next()
    {
        try
        {
            if (!_reader.Read())
                throw Fault("the text ends before the value is complete");
        }
        catch (JsonException fault)
        {
            throw new ImportException(Describe($"not valid JSON at byte {_reader.BytesConsumed}: {fault.Message}"), fault);
        }
    }

    /// <summary>Refuses anything after the value.</summary>
    public void End()
    {
        try
        {
            if (_reader.Read())
                throw Fault("expected nothing after the program");
        }
        catch (JsonException fault)
        {
            throw new ImportException(Describe($"not valid JSON at byte {_reader.BytesConsumed}: {fault.Message}"), fault);
        }
    }

    public readonly ImportException Fault(string text) => new(Describe(text));

    private readonly string Describe(string text) =>
        $"{_place}: {Node.Prefix}{text}; the file is damaged or newer than this reader, export it again";

    /// <summary>The current value must be an object.</summary>
    public readonly void BeginObject(string what) => Expect(JsonTokenType.StartObject, what, "an object");

    /// <summary>The current value must be a list.</summary>
    public readonly void BeginArray(string what) => Expect(JsonTokenType.StartArray, what, "a list");

    /// <summary>Moves to the value of the next property that is not null; false at the end of the object.</summary>
    public bool NextProperty()
    {
        while (true)
        {
            Next();
            if (_reader.TokenType == JsonTokenType.EndObject)
                return false;
            _property = _reader.ValueSpan;
            Next();
            if (_reader.TokenType != JsonTokenType.Null)
                return true;
        }
    }

    /// <summary>As <see cref="NextProperty"/>, for objects whose keys are names.</summary>
    public bool NextEntry(out string key)
    {
        while (true)
        {
            Next();
            if (_reader.TokenType == JsonTokenType.EndObject)
            {
                key = "";
                return false;
            }
            key = Intern();
            Next();
            if (_reader.TokenType != JsonTokenType.Null)
                return true;
        }
    }

    /// <summary>Moves to the next item; false at the end of the list.</summary>
    public bool NextItem()
    {
        Next();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    public readonly bool Is(ReadOnlySpan<byte> property) => _property.SequenceEqual(property);

    public readonly bool IsNull => _reader.TokenType == JsonTokenType.Null;

    public readonly bool IsObject => _reader.TokenType == JsonTokenType.StartObject;

    /// <summary>Passes over the current value.</summary>
    public void Skip()
    {
        try
        {
            _reader.Skip();
        }
        catch (JsonException fault)
        {
            throw new ImportException(Describe($"not valid JSON at byte {_reader.BytesConsumed}: {fault.Message}"), fault);
        }
    }

    public string Text(string what)
    {
        Expect(JsonTokenType.String, what, "a text");
        return Intern();
    }

    public readonly bool Bool(string what) => _reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Unexpected(what, "true or false"),
    };

    public readonly long Int(string what) => _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out long value)
        ? value
        : throw Unexpected(what, "an integer of 64 bits");

    /// <summary>A number, or one of the words for the numbers JSON lacks.</summary>
    public readonly double Double(string what)
    {
        if (_reader.TokenType == JsonTokenType.Number)
            return double.Parse(_reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture);
        return TryWord(out double word) ? word : throw Unexpected(what, "a number");
    }

    /// <summary>A bound: null where the file has an infinity.</summary>
    public readonly long? Bound(string what) => TryWord(out double word) && double.IsInfinity(word) ? null : Int(what);

    private readonly bool TryWord(out double value)
    {
        value = 0;
        if (_reader.TokenType != JsonTokenType.String)
            return false;
        ReadOnlySpan<byte> word = _reader.ValueSpan;
        bool negative = word.StartsWith("-"u8);
        if (negative)
            word = word[1..];
        if (word.SequenceEqual("Infinity"u8) || word.SequenceEqual("inf"u8) || word.SequenceEqual("int_oo"u8))
            value = negative ? double.NegativeInfinity : double.PositiveInfinity;
        else if (word.SequenceEqual("NaN"u8) || word.SequenceEqual("nan"u8))
            value = double.NaN;
        else
            return false;
        return true;
    }

    private readonly void Expect(JsonTokenType type, string what, string expected)
    {
        if (_reader.TokenType != type)
            throw Unexpected(what, expected);
    }

    private readonly ImportException Unexpected(string what, string expected)
    {
        string given = _reader.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.Null => "null",
            JsonTokenType.String => $"the text \"{Shortened(_reader.ValueSpan)}\"",
            _ => Shortened(_reader.ValueSpan),
        };
        return Fault($"{what}: expected {expected}, given {given}");
    }

    private static string Shortened(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= 60 ? Encoding.UTF8.GetString(bytes) : $"{Encoding.UTF8.GetString(bytes[..60])}…";

    private readonly string Intern()
    {
        ReadOnlySpan<byte> raw = _reader.ValueSpan;
        string? known = _strings.Find(_json, raw, out ulong hash);
        if (known is not null)
            return known;
        try
        {
            string text = _reader.GetString()!;
            _strings.Add(hash, (int)_reader.TokenStartIndex + 1, raw.Length, text);
            return text;
        }
        catch (InvalidOperationException fault)
        {
            throw new ImportException(Describe($"a text at byte {_reader.TokenStartIndex} is not valid UTF-8: {fault.Message}"), fault);
        }
    }
}
