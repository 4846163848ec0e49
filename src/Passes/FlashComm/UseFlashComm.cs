using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Replaces the linear layers of a tensor-parallel graph and the communication around them by maybe-FlashComm operators,
/// which decide at run time, from the number of tokens, whether to overlap the two.
/// </summary>
/// <remarks>
/// The rules of <see cref="FlashCommRules"/> are applied twice. The first sweep turns every all-reduce into a row operator
/// and a gather, and moves gathers down until column operators take them in; where a residual is added, it cuts the whole
/// residual into token shards. Then what else reads that residual is given the shards too, by
/// <c>x = all_gather(token_shard(x))</c>, and the second sweep moves the new gathers down. Where that did not help, the
/// equation is read backwards.
/// </remarks>
/// <param name="settings">What the operators shall do.</param>
public sealed class UseFlashComm(FlashCommSettings settings) : IPass
{
    /// <inheritdoc/>
    public string Name => "use-flashcomm";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var rules = new FlashCommRules(settings);
        var rewrites = new List<Rewrite>();
        var current = Sweep(graph, rules.Communication);
        if (ResidualShards.Find(current) is { Count: > 0 } residuals)
        {
            rewrites.AddRange(residuals.Values.Select(shard => new Rewrite("x = all_gather(token_shard(x)) when x is read in shards", shard.ToString())));
            current = Sweep(ResidualShards.Enter(current, residuals, context.Registry), rules.Communication);
            current = Sweep(current, [FlashCommRules.Undo]);
        }

        current = Sweep(current, [rules.Obey]);

        // Entering shards and undoing it can cancel out; what counts is whether the graph differs.
        return current.SameAs(graph) ? PassResult.Unchanged(graph) : new(current, rewrites);

        TensorGraph Sweep(TensorGraph before, IReadOnlyList<RewriteRule> some)
        {
            var result = RuleRewriter.Apply(before, some, context);
            rewrites.AddRange(result.Rewrites);
            return result.Graph;
        }
    }
}
