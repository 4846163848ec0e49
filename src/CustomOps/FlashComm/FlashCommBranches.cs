using Evergraph.Graph.Views;

namespace Evergraph.CustomOps;

/// <summary>What pictures say of a maybe-FlashComm operator: when it takes which branch, and what each of them does.</summary>
public static class FlashCommBranches
{
    /// <summary>The branches of a node of a graph that verifies; null where it is none of the maybe-FlashComm operators.</summary>
    public static MaybeBranches? Of(TensorGraph graph, Node node)
    {
        if (Argument(node, "tp_size") is not DimArgument ranks || Argument(node, "threshold") is not DimArgument threshold
            || Argument(node, "enabled") is not BoolArgument enabled || Argument(node, "x") is not TensorArgument x)
        {
            return null;
        }

        // What each rank multiplies: a row operator is given all tokens, a column operator one rank's shard of them.
        var shape = graph.TypeOf(x.Value).Shape;
        bool isColumn = Argument(node, "num_tokens") is DimArgument;
        Dim tokens = isColumn ? ((DimArgument)Argument(node, "num_tokens")!).Dim : shape[shape.Rank - 2];
        for (int axis = 0; axis < shape.Rank - 2; axis++)
            tokens *= shape[axis];
        bool isQuantized = Argument(node, "weight_scale") is TensorArgument;
        bool isReduced = Argument(node, "reduce_results") is not BoolArgument { Truth: false };
        return new(
            $"{(enabled.Truth ? "enabled" : "not enabled")} && {ranks.Dim} > 1 && {tokens} > {threshold.Dim}",
            tokens,
            threshold.Dim.Value,
            enabled.Truth,
            ranks.Dim.Value,
            isColumn ? FusedColumn(node) : isReduced ? FusedRow(isQuantized) : Whole,
            isColumn ? PlainColumn(node) : isReduced ? PlainRow(isQuantized) : Whole);
    }

    private static string[] Whole => ["multiply all rows; ranks do not communicate"];

    private static string[] FusedRow(bool isQuantized) =>
    [
        $"multiply the next rank's rows{Scaled(isQuantized)} and send them",
        "while they travel, multiply and send the rows of the rank after it, and so on",
        "multiply this rank's own rows last",
        "add what the other ranks sent, in the order of ranks",
        "add the bias to this rank's rows",
    ];

    private static string[] PlainRow(bool isQuantized) =>
    [
        $"multiply all rows{Scaled(isQuantized)}",
        "reduce-scatter: each rank gets the sum of its rows",
        "add the bias to this rank's rows",
    ];

    private static string[] FusedColumn(Node node) =>
    [
        "send this rank's rows to all others",
        "while they travel, multiply this rank's rows",
        "multiply each other rank's rows as they arrive",
        .. GatheredFeatures(node),
    ];

    private static string[] PlainColumn(Node node) =>
    [
        "all-gather the rows of all ranks and drop the padding",
        "multiply all rows",
        .. GatheredFeatures(node),
    ];

    private static string[] GatheredFeatures(Node node) =>
        Argument(node, "gather_output") is BoolArgument { Truth: true } ? ["all-gather the features"] : [];

    private static string Scaled(bool isQuantized) => isQuantized ? " in int8 and scale them to float32" : "";

    private static Argument? Argument(Node node, string name)
    {
        for (int i = 0; i < node.Arguments.Length; i++)
        {
            if (node.Operator.Schema.Arguments[i].Name == name)
                return node.Arguments[i];
        }

        return null;
    }
}
