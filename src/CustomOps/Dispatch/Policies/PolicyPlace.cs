using System.Text;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>Where something of a policy is written.</summary>
/// <param name="Origin">Such as <c>policy.yaml:7</c>, <c>EVERGRAPH_PREFER</c> or <c>scope</c>.</param>
/// <param name="Key">The key there; empty where the origin says it.</param>
internal readonly record struct PolicyPlace(string Origin, string Key = "")
{
    private const int LongestExcerpt = 60;

    /// <summary>An error at this place.</summary>
    public DispatchPolicyException Error(string text) => new(Key.Length == 0 ? $"{Origin}: {text}" : $"{Origin}: {Key}: {text}");

    /// <summary>What was given, in quotes, for a message.</summary>
    public static string Quote(string text) => $"'{Excerpt(text)}'";

    /// <summary>A text on one line, and not longer than a message should be.</summary>
    public static string Excerpt(string text)
    {
        var excerpt = new StringBuilder();
        foreach (char letter in text.AsSpan(0, Math.Min(text.Length, LongestExcerpt)))
            excerpt.Append(char.IsControl(letter) || char.IsSurrogate(letter) ? $"\\u{(int)letter:X4}" : letter.ToString());
        return excerpt.Append(text.Length > LongestExcerpt ? "…" : "").ToString();
    }
}
