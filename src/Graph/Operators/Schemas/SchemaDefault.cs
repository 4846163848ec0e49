using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Evergraph.Graph;

/// <summary>Which value a <see cref="SchemaDefault"/> holds.</summary>
public enum SchemaDefaultKind
{
    /// <summary><c>None</c>: absent.</summary>
    None,

    /// <summary>An integer.</summary>
    Int,

    /// <summary>A floating-point number.</summary>
    Float,

    /// <summary><c>True</c> or <c>False</c>.</summary>
    Bool,

    /// <summary>A text in quotes.</summary>
    String,

    /// <summary>A list of integers.</summary>
    IntList,

    /// <summary>A list of floating-point numbers.</summary>
    FloatList,

    /// <summary>A list of truth values.</summary>
    BoolList,

    /// <summary>A name, such as <c>contiguous_format</c>, <c>long</c> or <c>Mean</c>.</summary>
    Constant,
}

/// <summary>
/// The default of a parameter, of the parameter's type: <c>float p=2</c> is the float 2.0, and <c>int[2] stride=1</c> the
/// list [1, 1].
/// </summary>
public sealed class SchemaDefault
{
    private readonly double _float;
    private readonly string _text = "";

    private SchemaDefault(SchemaDefaultKind kind, long integer = 0, double number = 0, string text = "")
    {
        Kind = kind;
        Int = integer;
        _float = number;
        _text = text;
    }

    /// <summary>Absent.</summary>
    public static SchemaDefault None { get; } = new(SchemaDefaultKind.None);

    /// <summary>Which value it holds.</summary>
    public SchemaDefaultKind Kind { get; }

    /// <summary>The integer; 0 for other kinds.</summary>
    public long Int { get; }

    /// <summary>The number; an integer is converted.</summary>
    public double Float => Kind == SchemaDefaultKind.Int ? Int : _float;

    /// <summary>The truth value.</summary>
    public bool Bool => Kind == SchemaDefaultKind.Bool && _float != 0;

    /// <summary>The text of a string, without quotes, or the name of a constant; empty for other kinds.</summary>
    public string Text => _text;

    /// <summary>The integers of a list; empty for other kinds.</summary>
    public IReadOnlyList<long> Ints { get; private set; } = [];

    /// <summary>The numbers of a list; empty for other kinds.</summary>
    public IReadOnlyList<double> Floats { get; private set; } = [];

    /// <summary>The truth values of a list; empty for other kinds.</summary>
    public IReadOnlyList<bool> Bools { get; private set; } = [];

    /// <summary>An integer.</summary>
    public static SchemaDefault Of(long integer) => new(SchemaDefaultKind.Int, integer);

    /// <summary>A number.</summary>
    public static SchemaDefault Of(double number) => new(SchemaDefaultKind.Float, number: number);

    /// <summary>A truth value.</summary>
    public static SchemaDefault Of(bool truth) => new(SchemaDefaultKind.Bool, number: truth ? 1 : 0);

    /// <summary>A text.</summary>
    public static SchemaDefault OfString(string text) => new(SchemaDefaultKind.String, text: text);

    /// <summary>A named constant.</summary>
    public static SchemaDefault OfConstant(string name) => new(SchemaDefaultKind.Constant, text: name);

    /// <summary>A list of integers.</summary>
    public static SchemaDefault Of(IReadOnlyList<long> integers) => new(SchemaDefaultKind.IntList) { Ints = integers };

    /// <summary>A list of numbers.</summary>
    public static SchemaDefault Of(IReadOnlyList<double> numbers) => new(SchemaDefaultKind.FloatList) { Floats = numbers };

    /// <summary>A list of truth values.</summary>
    public static SchemaDefault Of(IReadOnlyList<bool> truths) => new(SchemaDefaultKind.BoolList) { Bools = truths };

    /// <summary>The text in the schema.</summary>
    public override string ToString() => Kind switch
    {
        SchemaDefaultKind.None => "None",
        SchemaDefaultKind.Int => Format(Int),
        SchemaDefaultKind.Float => Format(_float),
        SchemaDefaultKind.Bool => Format(Bool),
        SchemaDefaultKind.String => Quote(_text),
        SchemaDefaultKind.IntList => List(Ints.Select(Format)),
        SchemaDefaultKind.FloatList => List(Floats.Select(Format)),
        SchemaDefaultKind.BoolList => List(Bools.Select(Format)),
        _ => _text,
    };

    private static string List(IEnumerable<string> items) => "[" + string.Join(", ", items) + "]";

    private static string Format(long integer) => integer.ToString(CultureInfo.InvariantCulture);

    private static string Format(bool truth) => truth ? "True" : "False";

    // A point or an exponent keeps a float a float where the parameter is a Scalar.
    private static string Format(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e");
        return text.IndexOfAny(['.', 'e']) >= 0 ? text : text + ".0";
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => quoted.Append("\\\\"),
                '"' => quoted.Append("\\\""),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
