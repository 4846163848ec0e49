using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Computes once what is computed twice: equal operators on equal arguments have equal results.</summary>
/// <remarks>Operands of a commutative operator are compared in one order. Nodes of data-dependent size keep their own symbols and are left.</remarks>
public sealed class MergeDuplicates : IPass
{
    /// <inheritdoc/>
    public string Name => "merge-duplicates";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        var rewrites = new List<Rewrite>();
        var known = new Dictionary<Node, Value[]>();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            var node = rewriter.Renew(graph.Nodes[i]);
            if (!Mergeable(node))
            {
                rewriter.Bind(i, rewriter.Builder.Add(node));
                continue;
            }

            var key = InOrder(node);
            if (known.TryGetValue(key, out var results))
                rewrites.Add(new("f(x), f(x) = y, y where y = f(x)", node.ToString()));
            else
                known.Add(key, results = rewriter.Builder.Add(node));
            rewriter.Bind(i, results);
        }

        return rewrites.Count == 0 ? PassResult.Unchanged(graph) : new(rewriter.Finish(), rewrites);
    }

    // Equal collectives merge too: all ranks run this graph, so all of them make the one call.
    private static bool Mergeable(Node node) =>
        (node.Operator.Traits & (OperatorTraits.Pure | OperatorTraits.Collective | OperatorTraits.RankDependent)) != 0
        && !DataSizes.Define(node);

    private static Node InOrder(Node node)
    {
        if (!node.Operator.Has(OperatorTraits.Commutative)
            || node.Arguments[0] is not TensorArgument left || node.Arguments[1] is not TensorArgument right
            || left.Value.Id <= right.Value.Id)
        {
            return node;
        }

        var arguments = node.Arguments.ToArray();
        (arguments[0], arguments[1]) = (right, left);
        return new(node.Operator, EquatableArray<Argument>.Own(arguments), node.OutputTypes, node.Source);
    }
}
