namespace Evergraph.Graph.Import;

/// <summary>
/// PyTorch 2.6 writes <c>Infinity</c>, <c>-Infinity</c> and <c>NaN</c> as bare words, as Python's json does; later versions
/// quote them. JSON has no such words, so they are quoted before reading, and both forms are then one.
/// </summary>
internal static class BareNumbers
{
    /// <summary>The JSON with bare words quoted: the same bytes when there is none.</summary>
    public static ReadOnlySpan<byte> Quote(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("Infinity"u8) < 0 && json.IndexOf("NaN"u8) < 0)
            return json;
        var quoted = new List<byte>(json.Length + 64);
        int copied = 0;
        for (int at = 0; at < json.Length;)
        {
            if (json[at] == (byte)'"')
            {
                at = EndOfString(json, at);
                continue;
            }
            int word = WordAt(json[at..]);
            if (word > 0)
            {
                quoted.AddRange(json[copied..at]);
                quoted.Add((byte)'"');
                quoted.AddRange(json.Slice(at, word));
                quoted.Add((byte)'"');
                copied = at + word;
            }
            at += Math.Max(word, 1);
        }
        if (copied == 0)
            return json;
        quoted.AddRange(json[copied..]);
        return quoted.ToArray();
    }

    private static int WordAt(ReadOnlySpan<byte> json)
    {
        if (json[0] is not ((byte)'I' or (byte)'-' or (byte)'N'))
            return 0;
        return json.StartsWith("Infinity"u8) ? 8 : json.StartsWith("-Infinity"u8) ? 9 : json.StartsWith("NaN"u8) ? 3 : 0;
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int at)
    {
        at++;
        while (at < json.Length)
        {
            int next = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                return json.Length;
            at += next + 1;
            if (json[at - 1] == (byte)'"')
                return at;
            at++;
        }
        return json.Length;
    }
}
