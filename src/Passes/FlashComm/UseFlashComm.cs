using Evergraph.CustomOps.Layers;
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
/// equation is read backwards. So it goes on up the graph as far as shards reach: each round cuts a value further up, and stops
/// where nothing above works token by token.
/// </remarks>
/// <param name="options">What the operators shall do; what they leave open, the environment or the default says.</param>
public sealed class UseFlashComm(FlashCommOptions options) : IPass
{
    // A decoder needs one round. Graphs that need more gain little from each further one.
    private const int MaxRounds = 32;

    /// <inheritdoc/>
    public string Name => "use-flashcomm";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var rules = new FlashCommRules(options);
        var rewrites = new List<Rewrite>();
        var current = Sweep(graph, rules.Communication);

        for (int round = 0; round < MaxRounds && ResidualShards.Find(current) is { Count: > 0 } residuals; round++)
        {
            int before = rewrites.Count;
            rewrites.AddRange(residuals.Values.Select(shard => new Rewrite("x = all_gather(token_shard(x)) when x is read in shards", shard.ToString())));
            var next = Sweep(ResidualShards.Enter(current, residuals, context.Registry), rules.Communication);
            next = Sweep(next, [FlashCommRules.Undo]);
            if (next.SameAs(current))
            {
                rewrites.RemoveRange(before, rewrites.Count - before);
                break;
            }

            current = next;
        }

        current = Sweep(current, [rules.Obey]);
        return current.SameAs(graph) ? PassResult.Unchanged(graph) : new(current, rewrites);

        TensorGraph Sweep(TensorGraph before, IReadOnlyList<RewriteRule> some)
        {
            var result = RuleRewriter.Apply(before, some, context);
            rewrites.AddRange(result.Rewrites);
            return result.Graph;
        }
    }
}
