using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Values that some nodes read in token shards and others whole: where a sharded residual stream begins.</summary>
internal static class ResidualShards
{
    /// <summary>Each such value with the node that cuts it.</summary>
    public static IReadOnlyDictionary<Value, Node> Find(TensorGraph graph)
    {
        var uses = graph.CountUses();
        var shards = new Dictionary<Value, Node>();
        foreach (var node in graph.Nodes)
        {
            if (node.Operator.Name == CollectiveNames.TokenShard && node.Tensor("x") is { } value && uses[value.Id] > 1)
                shards.TryAdd(value, node);
        }

        return shards;
    }

    /// <summary>The graph in which everything reads <c>all_gather(token_shard(x))</c> for such a value x.</summary>
    public static TensorGraph Enter(TensorGraph graph, IReadOnlyDictionary<Value, Node> residuals, OperatorRegistry registry)
    {
        var rewriter = new GraphRewriter(graph);
        for (int i = 0; i < graph.Inputs.Length; i++)
            EnterIfResidual(graph.InputValue(i));
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            rewriter.Copy(i);
            for (int result = 0; result < graph.Nodes[i].OutputTypes.Length; result++)
                EnterIfResidual(graph.ResultOf(i, result));
        }

        return rewriter.Finish();

        void EnterIfResidual(Value value)
        {
            if (!residuals.TryGetValue(value, out var shard))
                return;
            var gather = registry.Find(CollectiveNames.AllGather);
            int axis = (int)shard.Dim("dim").Value;
            var part = rewriter.Builder.Add(shard.Operator, rewriter.Rename(shard.Arguments), shard.Source)[0];
            rewriter[value] = rewriter.Builder.Add(
                gather,
                gather.Schema.Arrange(
                    ("x", new TensorArgument(part)),
                    ("dim", shard.Argument("dim")),
                    ("size", new DimArgument(graph.TypeOf(value).Shape[axis])),
                    ("tp_size", shard.Argument("tp_size")),
                    ("group", shard.Argument("group"))),
                shard.Source)[0];
        }
    }
}
