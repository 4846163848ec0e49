using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>A law of algebra that rewrites an expression: a pattern, a side condition and a replacement.</summary>
/// <param name="Algebra">The law as people write it, such as <c>token_shard(all_gather(x)) = x</c>; it appears in the trace.</param>
/// <param name="Pattern">The left side; its root is the node that is replaced.</param>
/// <param name="When">What must hold besides the shape of the expression.</param>
/// <param name="Replace">The right side: adds nodes and returns the values that stand for the root's results.</param>
public sealed record RewriteRule(string Algebra, Pattern Pattern, Func<Match, bool> When, Func<Match, RuleRewriter, Value[]> Replace)
{
    /// <summary>A rule without a side condition.</summary>
    public RewriteRule(string algebra, Pattern pattern, Func<Match, RuleRewriter, Value[]> replace)
        : this(algebra, pattern, _ => true, replace)
    {
    }
}
