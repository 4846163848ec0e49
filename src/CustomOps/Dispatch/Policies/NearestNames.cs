namespace Evergraph.CustomOps.Dispatch;

/// <summary>Names that may have been meant.</summary>
internal static class NearestNames
{
    /// <summary>How many edits a typing mistake makes at most.</summary>
    public const int TypingMistake = 2;

    /// <summary><c>: did you mean prefer?</c>, or nothing where no name is near.</summary>
    public static string Hint(string given, IEnumerable<string> names) =>
        Near(given, names, TypingMistake).FirstOrDefault() is { } name ? $": did you mean {name}?" : "";

    /// <summary>The names within so many edits, the nearest first.</summary>
    public static IEnumerable<string> Near(string given, IEnumerable<string> names, int limit) =>
        names.Select(name => (Name: name, Distance: Distance(given, name, limit)))
            .Where(near => near.Distance <= limit && near.Distance < near.Name.Length)
            .OrderBy(near => near.Distance).ThenBy(near => near.Name, StringComparer.Ordinal)
            .Select(near => near.Name);

    /// <summary>
    /// Levenshtein's distance without case, or something above the limit: how many letters must be put in, taken out or
    /// changed. d[i, j] = min(d[i−1, j] + 1, d[i, j−1] + 1, d[i−1, j−1] + (a[i] ≠ b[j])).
    /// </summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit)
            return limit + 1;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
