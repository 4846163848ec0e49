namespace Evergraph.CustomOps;

/// <summary>Decides whether a linear layer overlaps its communication with its product.</summary>
public static class FlashCommPredicate
{
    /// <summary>
    /// <c>enabled &amp;&amp; tp_size &gt; 1 &amp;&amp; tokens &gt; threshold</c>, the same for row and column operators and on every rank.
    /// </summary>
    /// <param name="enabled">The operator's argument.</param>
    /// <param name="tpSize">How many ranks there are.</param>
    /// <param name="tokens">All tokens of all ranks and batches, without padding.</param>
    /// <param name="threshold">The operator's argument.</param>
    public static bool Overlaps(bool enabled, long tpSize, long tokens, long threshold) => enabled && tpSize > 1 && tokens > threshold;
}
