using System.Globalization;

namespace Evergraph.Graph.Text;

/// <summary>Reads an argument back from what <see cref="GraphPrinter.PrintArgument"/> wrote, by its parameter's kind.</summary>
internal static class ArgumentText
{
    public static Argument Parse(string text, SchemaArgument parameter, Func<string, Value> value, Func<string, Symbol?> symbol, LineCursor cursor)
    {
        if (text == "none" && parameter.Type.IsOptional)
            return Argument.None;
        bool list = parameter.Type.IsList;
        Dim ParseDim(string item) => DimText.Parse(item, symbol);
        return parameter.Type.Kind switch
        {
            SchemaKind.Tensor when list => new TensorListArgument(Items(text, cursor).Select(item => item == "none" ? (Value?)null : value(item)).ToEquatableArray()),
            SchemaKind.Tensor => new TensorArgument(value(text)),
            SchemaKind.SymInt or SchemaKind.Int when list => new DimListArgument(Items(text, cursor).Select(ParseDim).ToEquatableArray()),
            SchemaKind.SymInt or SchemaKind.Int => new DimArgument(ParseDim(text)),
            SchemaKind.Float when list => new FloatListArgument(Items(text, cursor).Select(item => ParseFloat(item, cursor)).ToEquatableArray()),
            SchemaKind.Float => new FloatArgument(ParseFloat(text, cursor)),
            SchemaKind.Bool when list => new BoolListArgument(Items(text, cursor).Select(item => ParseBool(item, cursor)).ToEquatableArray()),
            SchemaKind.Bool => new BoolArgument(ParseBool(text, cursor)),
            SchemaKind.Scalar => new ScalarArgument(ParseScalar(text, symbol)),
            SchemaKind.ScalarType => DTypes.TryParse(text, out var dtype) ? new DTypeArgument(dtype) : throw cursor.Fault($"{parameter.Name}: expected an element type, given '{text}'"),
            _ => new StringArgument(new LineCursor(text, 0).TakeQuoted()),
        };
    }

    private static IEnumerable<string> Items(string text, LineCursor cursor)
    {
        if (text.Length < 2 || text[0] != '[' || text[^1] != ']')
            throw cursor.Fault($"expected a list [a, b], given '{text}'");
        var items = new LineCursor(text[1..^1], 0);
        while (!items.AtEnd)
        {
            yield return items.TakeUntil(',');
            items.TryTake(",");
        }
    }

    private static double ParseFloat(string text, LineCursor cursor) =>
        FloatText.TryParse(text, out double number) ? number : throw cursor.Fault($"expected a number, given '{text}'");

    private static bool ParseBool(string text, LineCursor cursor) => text switch
    {
        "true" => true,
        "false" => false,
        _ => throw cursor.Fault($"expected true or false, given '{text}'"),
    };

    // A float is always written with a point, an exponent or a letter, so that 1 and 1.0 stay apart.
    private static Scalar ParseScalar(string text, Func<string, Symbol?> symbol) => text switch
    {
        "true" => true,
        "false" => false,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer) => integer,
        _ when FloatText.TryParse(text, out double number) => number,
        _ => DimText.Parse(text, symbol),
    };
}
