namespace Evergraph.CustomOps.Dispatch;

/// <summary>Values as files and variables spell them; one reading for both.</summary>
internal static class PolicyValues
{
    private static readonly string[] Kinds = ["default", "vendor", "reference"];
    private static readonly string[] Truths = ["true", "yes", "on", "1"];
    private static readonly string[] Untruths = ["false", "no", "off", "0"];

    public static string Text(PreferredKind kind) => Kinds[(int)kind];

    public static string Text(bool value) => value ? "true" : "false";

    public static PreferredKind Prefer(string text, PolicyPlace place)
    {
        string value = text.Trim();
        int index = Array.FindIndex(Kinds, kind => Same(kind, value));
        return index >= 0
            ? (PreferredKind)index
            : throw place.Error($"expected default, vendor or reference, given {PolicyPlace.Quote(value)}{NearestNames.Hint(value, Kinds)}");
    }

    /// <summary>
    /// A switch is read from its text alone, whether a file quotes it or not: a switch that was kept as a string meant on
    /// by being there, and "false" turned it on.
    /// </summary>
    public static bool Switch(string text, PolicyPlace place)
    {
        string value = text.Trim();
        if (Truths.Any(truth => Same(truth, value)))
            return true;
        return Untruths.Any(untruth => Same(untruth, value))
            ? false
            : throw place.Error($"expected true or false (also yes, no, on, off, 1, 0), given {PolicyPlace.Quote(value)}");
    }

    /// <summary>A plugin's file, relative to a folder.</summary>
    public static string Plugin(string text, string folder, PolicyPlace place)
    {
        string path = text.Trim();
        string error = $"expected the path of an assembly, given {PolicyPlace.Quote(path)}";
        if (path.Length == 0)
            throw place.Error(error);
        try
        {
            return Path.GetFullPath(Path.Combine(folder, path));
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or NotSupportedException)
        {
            throw new DispatchPolicyException(place.Error(error).Message, exception);
        }
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
