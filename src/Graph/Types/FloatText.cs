using System.Globalization;

namespace Evergraph.Graph;

/// <summary>Text of a double that reads back as the same double and never looks like an integer.</summary>
public static class FloatText
{
    /// <summary>The shortest text that round-trips, with a point or an exponent; <c>inf</c>, <c>-inf</c>, <c>nan</c>.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }

    /// <summary>Reads what <see cref="Format"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        switch (text)
        {
            case "nan":
                value = double.NaN;
                return true;
            case "inf":
                value = double.PositiveInfinity;
                return true;
            case "-inf":
                value = double.NegativeInfinity;
                return true;
            default:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }
    }
}
