namespace Evergraph.CustomOps.Dispatch;

/// <summary>Lists of vendors' names, which are compared without case and without order.</summary>
internal static class VendorNames
{
    private static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    /// <summary>Whether this can be the name of a vendor: what separates names elsewhere, or stands for all of them, is none.</summary>
    public static bool IsName(ReadOnlySpan<char> text)
    {
        foreach (char letter in text)
        {
            if (char.IsWhiteSpace(letter) || char.IsControl(letter) || letter is '|' or ';' or ',' or '=' or ':' or '*')
                return false;
        }

        return text.Length > 0;
    }

    /// <summary>One name; blanks around it do not count.</summary>
    public static string Parse(string text, PolicyPlace place)
    {
        string name = text.Trim();
        return IsName(name) ? name : throw place.Error($"expected the names of vendors, such as 'onnxruntime', given {PolicyPlace.Quote(name)}");
    }

    /// <summary>Names with commas between them.</summary>
    public static EquatableArray<string> ParseList(string text, PolicyPlace place) => [.. text.Split(',').Select(name => Parse(name, place))];

    /// <summary>Whether a list has a name.</summary>
    public static bool Has(EquatableArray<string> names, string vendor)
    {
        foreach (string name in names)
        {
            if (Comparer.Equals(name, vendor))
                return true;
        }

        return false;
    }

    /// <summary>Whether two lists say the same.</summary>
    public static bool Same(EquatableArray<string>? left, EquatableArray<string>? right) =>
        left is { } some && right is { } other ? new HashSet<string>(some, Comparer).SetEquals(other) : left is null && right is null;

    /// <summary>A hash that is the same for lists that say the same.</summary>
    public static int HashOf(EquatableArray<string>? names) =>
        names is { } some ? some.Distinct(Comparer).Aggregate(1, (hash, name) => unchecked(hash + Comparer.GetHashCode(name))) : 0;

    /// <summary>The names for a listing.</summary>
    public static string Text(EquatableArray<string> names) => names.Length == 0 ? "none" : string.Join(", ", names);
}
